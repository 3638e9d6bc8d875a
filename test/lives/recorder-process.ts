import { saveRecordings } from "./recorded.js";
import { SHAPES } from "./shapes.js";

/** A process of its own, since the SDK slows down everything that is done beside it. */
const [path = "", project = ""] = process.argv.slice(2);

saveRecordings(SHAPES, project, path).catch((error: unknown) => {
    console.error(error);
    process.exitCode = 1;
});
