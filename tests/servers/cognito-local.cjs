// Run cognito-local for as long as the starter holds standard input open: no server outlives its tests.
process.stdin.on("end", () => process.exit(0)).resume();
require(require.resolve("cognito-local/lib/bin/start.js", { paths: [process.env.ORACLES] }));
