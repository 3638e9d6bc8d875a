/** One bar of a chart. */
export interface Bar {
    readonly label: string;
    readonly value: number;
    /** What stands at its end. */
    readonly text: string;
    readonly ours: boolean;
}

const ROW = 26;
const LABEL_WIDTH = 330;
const PLOT_WIDTH = 380;
const TEXT_WIDTH = 130;
const TOP = 40;

/** A chart of horizontal bars that reads on a light and on a dark page. */
export function barChart(title: string, bars: readonly Bar[]): string {
    const width = LABEL_WIDTH + PLOT_WIDTH + TEXT_WIDTH;
    const height = TOP + bars.length * ROW + 10;
    const longest = Math.max(...bars.map(({ value }) => value));
    const rows = bars.map((bar, index) => row(bar, TOP + index * ROW, (bar.value / longest) * PLOT_WIDTH));
    return [
        `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img">`,
        `<title>${escaped(title)}</title>`,
        "<style>text{font:13px sans-serif;fill:#777}.t{font-weight:bold}.o{fill:#0a7}.p{fill:#99a}</style>",
        `<text class="t" x="0" y="20">${escaped(title)}</text>`,
        ...rows,
        "</svg>",
        "",
    ].join("\n");
}

function row({ label, text, ours }: Bar, top: number, length: number): string {
    const x = LABEL_WIDTH;
    return [
        `<text x="${x - 8}" y="${top + 16}" text-anchor="end">${escaped(label)}</text>`,
        `<rect class="${ours ? "o" : "p"}" x="${x}" y="${top + 4}" width="${Math.max(length, 1).toFixed(1)}" height="16"/>`,
        `<text x="${(x + Math.max(length, 1) + 6).toFixed(1)}" y="${top + 16}">${escaped(text)}</text>`,
    ].join("");
}

function escaped(text: string): string {
    return text.replace(/&/g, "&amp;").replace(/</g, "&lt;");
}
