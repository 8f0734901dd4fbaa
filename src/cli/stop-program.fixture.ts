/** A program that stops a server which does not close. */
import { stopWithin } from './stop-within.ts'

const server = {
  close: () => new Promise<void>(() => {}),
  underWay: () => ['GET /waits', 'database'],
}
process.exitCode = await stopWithin(
  50,
  process.argv[2] === 'closes' ? { ...server, close: () => Promise.resolve() } : server,
  { err: (text) => void process.stderr.write(text) },
)
