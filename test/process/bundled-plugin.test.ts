import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { credentials, type ServiceError, status } from "@grpc/grpc-js";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import * as messages from "@pulumi/pulumi/proto/provider_pb.js";
import { Empty } from "google-protobuf/google/protobuf/empty_pb.js";
import { Struct } from "google-protobuf/google/protobuf/struct_pb.js";

import { unpack } from "../../tools/package/pack.js";
import { TOKEN } from "../support/cli-process.js";
import { REPOSITORY } from "../support/engine-project-files.js";
import { packedInto } from "../support/packed.js";
import { servedFolder } from "../support/served-folder.js";

const TYPE = "droplet-teardown:index:DropletTeardown";
const URN = `urn:pulumi:dev::app::${TYPE}::web`;

type Values = Parameters<typeof Struct.fromJavaScript>[0];

/** What a call is answered with. */
type Send<Response> = (done: (error: ServiceError | null, response: Response) => void) => unknown;

function answered<Response>(send: Send<Response>): Promise<Response> {
    return new Promise((resolve, reject) => {
        send((error, response) => (error === null ? resolve(response) : reject(error)));
    });
}

// The package has of Pulumi's protocol what the sources name: an engine has all of it.
describe("the plugin in the package, to an engine that has the whole protocol", function () {
    this.timeout(180_000);
    const { simulator, url } = servedFolder();
    const plugins: ChildProcess[] = [];
    let folder: string;
    let unpacked: string;

    const start = async (): Promise<ResourceProviderClient> => {
        const plugin = spawn(process.execPath, [join(unpacked, "dist", "plugin", "main.js")], {
            stdio: ["ignore", "pipe", "inherit"],
        });
        plugins.push(plugin);
        const [port] = (await once(createInterface(plugin.stdout), "line")) as [string];
        return new ResourceProviderClient(`127.0.0.1:${port}`, credentials.createInsecure());
    };

    before(async () => {
        folder = await mkdtemp(join(tmpdir(), "bundled-plugin-"));
        unpacked = await unpack((await packedInto(folder)).tarball, REPOSITORY, folder);
    });
    after(async () => {
        plugins.forEach((plugin) => plugin.kill());
        await rm(folder, { recursive: true, force: true });
    });

    it("says what it is, and what it has", async () => {
        const client = await start();
        const info = await answered<{ getVersion(): string }>((done) =>
            client.getPluginInfo(new Empty(), done),
        );
        assert.equal(info.getVersion(), "0.1.0");
        const schema = await answered<messages.GetSchemaResponse>((done) =>
            client.getSchema(new messages.GetSchemaRequest(), done),
        );
        assert.match(schema.getSchema(), /"droplet-teardown:index:Droplet"/);
        const asked = answered((done) => client.getMapping(new messages.GetMappingRequest(), done));
        await assert.rejects(asked, { code: status.UNIMPLEMENTED });
    });

    it("leads a teardown through its life", async () => {
        const { id } = simulator.panel.createDroplet("web");
        const configuration = Struct.fromJavaScript({ token: TOKEN, apiEndpoint: url() });
        const configured = (by: ResourceProviderClient): Promise<messages.ConfigureResponse> =>
            answered((done) => by.configure(new messages.ConfigureRequest().setArgs(configuration), done));
        const client = await start();
        assert.equal((await configured(client)).getAcceptsecrets(), true);

        const check = (values: Values): Promise<messages.CheckResponse> => {
            const request = new messages.CheckRequest().setUrn(URN).setNews(Struct.fromJavaScript(values));
            return answered((done) => client.check(request, done));
        };
        const inputs = { dropletId: id, policy: "destroy", ttl: "7d" };
        const refused = await check({ ...inputs, ttl: "0d" });
        assert.deepEqual(
            refused.getFailuresList().map((one) => one.getProperty()),
            ["ttl"],
        );
        const checked = await check(inputs);
        assert.deepEqual(checked.getFailuresList(), []);
        const created = await answered<messages.CreateResponse>((done) =>
            client.create(new messages.CreateRequest().setUrn(URN).setProperties(checked.getInputs()), done),
        );
        const state = created.getProperties();

        const read = await answered<messages.ReadResponse>((done) =>
            client.read(
                new messages.ReadRequest()
                    .setUrn(URN)
                    .setId(created.getId())
                    .setProperties(state)
                    .setInputs(checked.getInputs()),
                done,
            ),
        );
        assert.equal(read.getId(), created.getId());

        const news = (await check({ ...inputs, policy: "keep" })).getInputs();
        const changing = <Request extends messages.DiffRequest | messages.UpdateRequest>(
            to: Request,
        ): Request => {
            to.setUrn(URN)
                .setId(created.getId())
                .setOlds(state)
                .setOldInputs(checked.getInputs())
                .setNews(news);
            return to;
        };
        const diff = await answered<messages.DiffResponse>((done) =>
            client.diff(changing(new messages.DiffRequest()), done),
        );
        assert.deepEqual(diff.getDiffsList(), ["policy"]);
        const updated = await answered<messages.UpdateResponse>((done) =>
            client.update(changing(new messages.UpdateRequest()), done),
        );
        const asked = Struct.fromJavaScript({ dropletId: id });
        const inventory = await answered<messages.InvokeResponse>((done) =>
            client.invoke(
                new messages.InvokeRequest().setTok("droplet-teardown:index:getInventory").setArgs(asked),
                done,
            ),
        );
        assert.equal(inventory.getReturn()?.toJavaScript().name, "web");
        // To the process that has checked it, it is what the program declares.
        const destroying = await start();
        await configured(destroying);
        await answered((done) =>
            destroying.delete(
                new messages.DeleteRequest()
                    .setUrn(URN)
                    .setId(created.getId())
                    .setProperties(updated.getProperties())
                    .setOldInputs(news)
                    .setTimeout(60),
                done,
            ),
        );
        assert.deepEqual(simulator.state().droplets, []);
    });
});
