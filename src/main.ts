/** argv and environment -> command -> exit status. */
import { runCli } from '#cli'

const oldest = 24
const running = Number(process.versions.node.split('.')[0])
if (running < oldest) {
  process.stderr.write(
    `boathouse needs Node.js ${oldest} or newer, and this is ${process.version}: run it as 'npx boathouse'\n`,
  )
  process.exit(1)
}

const status = await runCli(
  process.argv.slice(2),
  {
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    interactive: process.stderr.isTTY === true,
  },
  () => import('./server.ts'),
)
process.exit(status)
