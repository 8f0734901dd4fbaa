// A server on a folder that lasts. With more arguments it is killed, without a warning, when that many deliveries have come
// through the step that is named.
import { defaultConfig } from '#config'
import { createServer } from '../../src/server.ts'
import { testCredentials } from '../harness/index.ts'

const [dataDir, killAt, killStep] = process.argv.slice(2)
let left = Number(killAt ?? Infinity)

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
    onDeliveryStep: (step) => {
      if (step === killStep) left -= 1
      if (left <= 0) process.kill(process.pid, 'SIGKILL')
    },
  },
)
process.stdout.write(`${server.endpoint}\n`)
