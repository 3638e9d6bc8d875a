import assert from "node:assert/strict";
import { check, diff } from "../../../simulator/plugin/core/inputs.js";
import { type Props, UNKNOWN } from "../../../simulator/plugin/core/props.js";
import { Provider } from "../../../simulator/plugin/core/provider.js";
import { droplet } from "../../../simulator/plugin/resources/droplet.js";
import { resourceTypes } from "../../../simulator/plugin/resources/index.js";
import { volumeAttachment } from "../../../simulator/plugin/resources/volume.js";

const URN = "urn:pulumi:dev::shop::droplet-teardown:index:Droplet$digitalocean:index/droplet:Droplet::web";
const PROGRAM = { image: "ubuntu-24-04-x64", region: "nyc3", size: "s-1vcpu-1gb" };

function checked(news: Props, olds: Props = {}): Props {
    return check(droplet, URN, olds, news, (name) => `${name}-1234567`).inputs;
}

describe("the stand-in plugin's check", () => {
    it("makes up a name once and keeps it", () => {
        const first = checked(PROGRAM);
        assert.equal(first.name, "web-1234567");
        const second = check(droplet, URN, first, PROGRAM, (name) => `${name}-7654321`).inputs;
        assert.equal(second.name, "web-1234567");
    });

    it("fills in the defaults of the official provider and says which they are", () => {
        const inputs = checked({ ...PROGRAM, name: "web-1", backups: true });
        assert.equal(inputs.backups, true);
        assert.equal(inputs.resizeDisk, true);
        assert.deepEqual(inputs.__defaults, ["gracefulShutdown", "ipv6", "monitoring", "resizeDisk"]);
    });

    it("names what is missing", () => {
        const { failures } = check(droplet, URN, {}, { region: "nyc3" });
        assert.deepEqual(
            failures.map(({ property }) => property),
            ["image", "size"],
        );
    });

    it("takes numbers given as text, and leaves what is not known yet", () => {
        const urn = "urn:pulumi:dev::shop::digitalocean:index/volumeAttachment:VolumeAttachment::a";
        const known = check(volumeAttachment, urn, {}, { dropletId: "7", volumeId: "v" }).inputs;
        assert.equal(known.dropletId, 7);
        const unknown = check(volumeAttachment, urn, {}, { dropletId: UNKNOWN, volumeId: "v" }).inputs;
        assert.equal(unknown.dropletId, UNKNOWN);
    });
});

describe("the stand-in plugin's diff", () => {
    const state = {
        ...checked({ ...PROGRAM, name: "web-1" }),
        tags: ["Web", "blue"],
        volumeIds: ["v"],
        vpcUuid: "u",
    };
    const news = (changes: Props): Props =>
        checked({ ...PROGRAM, name: "web-1", tags: ["blue", "web"], ...changes });

    it("sees no change in the order and case of tags, nor in what the API filled in", () => {
        assert.deepEqual(diff(droplet, state, news({})).changed, []);
    });

    it("replaces a Droplet for a new image, the old one first when the name stays", () => {
        assert.deepEqual(diff(droplet, state, news({ image: "debian-13-x64" })), {
            changed: ["image"],
            replaces: ["image"],
            deleteBeforeReplace: true,
        });
    });

    it("creates the new Droplet first when the name is made up", () => {
        const before = checked(PROGRAM);
        const after = check(droplet, URN, before, { ...PROGRAM, image: "debian-13-x64" }).inputs;
        assert.equal(diff(droplet, before, after).deleteBeforeReplace, false);
    });

    it("updates a Droplet in place for size, name, tags and volumes", () => {
        const changes = { size: "s-2vcpu-2gb", name: "web-2", tags: ["green"], volumeIds: ["w"] };
        const found = diff(droplet, state, news(changes));
        assert.deepEqual(found.changed, ["name", "size", "tags", "volumeIds"]);
        assert.deepEqual(found.replaces, []);
    });

    it("replaces a Droplet when IPv6 is turned off, not when it is turned on", () => {
        assert.deepEqual(diff(droplet, { ...state, ipv6: true }, news({})).replaces, ["ipv6"]);
        assert.deepEqual(diff(droplet, state, news({ ipv6: true })).replaces, []);
    });

    it("takes a value that is not known yet as changed", () => {
        assert.deepEqual(diff(droplet, state, news({ volumeIds: [UNKNOWN] })).changed, ["volumeIds"]);
    });
});

describe("the stand-in plugin", () => {
    const provider = new Provider(resourceTypes);

    it("leaves open in a preview what only the API knows", () => {
        const preview = provider.previewCreate(URN, checked(PROGRAM));
        assert.equal(preview.ipv4Address, UNKNOWN);
        assert.equal(preview.region, "nyc3");
        assert.equal("__defaults" in preview, false);
    });

    it("says which type it does not serve", () => {
        const urn = "urn:pulumi:dev::shop::digitalocean:index/app:App::a";
        assert.throws(() => provider.check(urn, {}, {}), /does not serve digitalocean:index\/app:App/);
    });
});
