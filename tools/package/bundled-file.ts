/** A file of the package; the path is relative to `dist`. */
export interface BundledFile {
    readonly path: string;
    readonly text: string;
}
