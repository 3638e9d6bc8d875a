/** Variables that would make the engine use the user's own account, settings or output style. */
const PERSONAL =
    /^(PULUMI_|NO_COLOR$|FORCE_COLOR$|CLICOLOR|AWS_|AZURE_|GOOGLE_|DIGITALOCEAN_|SPACES_|DROPLET_TEARDOWN_)/i;

/**
 * An environment in which the engine reads and changes nothing of the user's own: its home, plugins and
 * state are in the given folders, and it asks no server for updates or plugins.
 *
 * @param env the environment to start from
 * @param folders absolute paths; `home` becomes PULUMI_HOME, `state` holds the file backend
 */
export function isolatedEnv(
    env: NodeJS.ProcessEnv,
    folders: { readonly home: string; readonly state?: string },
): NodeJS.ProcessEnv {
    const kept = Object.fromEntries(Object.entries(env).filter(([name]) => !PERSONAL.test(name)));
    return {
        ...kept,
        PULUMI_HOME: folders.home,
        ...(folders.state === undefined ? {} : { PULUMI_BACKEND_URL: `file://${folders.state}` }),
        PULUMI_CONFIG_PASSPHRASE: "local runs only",
        PULUMI_SKIP_UPDATE_CHECK: "true",
        PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
        NO_COLOR: "1",
    };
}
