// A server on a folder that lasts. With a step, and lanes as `stream/lane`, each of these is held when it comes through that step for the second
// time; when all are, the server is killed without a warning.
import { defaultConfig } from '#config'
import { createServer } from '../../src/server.ts'
import { testCredentials } from '../harness/index.ts'

const [dataDir, killStep, ...lanes] = process.argv.slice(2)
/** What nobody knows any more is collected, with the files that it has open. */
const held: (() => void)[] = []
const timesLeft = new Map(lanes.map((lane) => [lane, 2]))

const server = await createServer(
  defaultConfig({
    dataDir: dataDir!,
    port: 0,
    logLevel: 'silent',
    accountId: '123456789012',
    rootAccessKeyId: testCredentials.accessKeyId,
    rootSecretAccessKey: testCredentials.secretAccessKey,
    engineProcesses: 1,
  }),
  {
    onDeliveryStep: (step, { stream, lane }) => {
      const key = `${stream.name}/${lane}`
      const times = timesLeft.get(key)
      if (step !== killStep || times === undefined) return undefined
      timesLeft.set(key, times - 1)
      if (times > 1) return undefined
      if ([...timesLeft.values()].every((left) => left <= 0)) process.kill(process.pid, 'SIGKILL')
      return new Promise((resolve) => held.push(resolve))
    },
  },
)
process.stdout.write(`${server.endpoint}\n`)
