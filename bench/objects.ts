import { join } from 'node:path'
import { median, type Benchmark } from './benchmark.ts'
import { spawnBoathouse } from './boathouse.ts'
import { isAnswering, spawnMeasured, type MeasuredServer } from './child.ts'
import { sendLoad, sendOnce } from './load.ts'
import type { Peers } from './peers.ts'
import { signedRequest, type RequestToSign } from './sign.ts'
import type { Row, Table } from './table.ts'

const connections = 8
const rounds = 3
const roundMs = 600
const bucket = 'bench'
const sizes = [
  { name: '4 KiB', bytes: 4096, keys: 2000 },
  { name: '1 MiB', bytes: 1024 * 1024, keys: 48 },
]

/** PUT under new names (then over them), and GET of what was put. */
export const benchmark: Benchmark = {
  title: `S3 objects, ${connections} connections: requests per second, and per second of the server's processor time`,
  async run({ peers }) {
    const tables: Table[] = []
    for (const size of sizes) {
      const puts: Row[] = []
      const gets: Row[] = []
      for (const { name, note, start, credentials } of contenders(peers)) {
        const starting = start()
        if (!starting) {
          const missing = { name, values: [undefined, undefined], note: 'not installed' }
          puts.push(missing)
          gets.push(missing)
          continue
        }
        await using server = await starting
        const measured = await measure(server, size, credentials)
        puts.push({ name, note, values: measured.put })
        gets.push({ name, note, values: measured.get })
      }
      const columns = ['requests/s', 'requests/CPU s']
      tables.push({ title: `PUT ${size.name}`, columns, better: 'greater', rows: puts })
      tables.push({ title: `GET ${size.name}`, columns, better: 'greater', rows: gets })
    }
    return tables
  },
}

function contenders(peers: Peers): readonly {
  readonly name: string
  readonly note: string
  readonly start: () => Promise<MeasuredServer> | undefined
  readonly credentials?: RequestToSign['credentials']
}[] {
  return [
    { name: 'Boathouse', note: 'signed, durable', start: spawnBoathouse },
    {
      name: 'bare Node, durable',
      note: 'hash, fsync, rename',
      start: () =>
        spawnMeasured({
          args: (port, folder) => [
            join(import.meta.dirname, 'limits', 'files.ts'),
            String(port),
            folder,
          ],
          isReady: isAnswering,
        }),
    },
    {
      name: 's3rver',
      note: 'signed, no fsync',
      start: () => startS3rver(peers),
      credentials: { accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER' },
    },
  ]
}

function startS3rver(peers: Peers): Promise<MeasuredServer> | undefined {
  const path = peers.pathOf('s3rver', 'bin/s3rver.js')
  if (path === undefined) return undefined
  return spawnMeasured({
    args: (port, folder) => [
      path,
      '--directory',
      folder,
      '--port',
      String(port),
      '--address',
      '127.0.0.1',
      '--silent',
    ],
    isReady: isAnswering,
  })
}

async function measure(
  server: MeasuredServer,
  size: (typeof sizes)[number],
  credentials: RequestToSign['credentials'],
) {
  const { port } = server
  const body = Buffer.alloc(size.bytes, 'an object ')
  const request = (method: string, path: string, content?: Buffer) =>
    signedRequest({ service: 's3', method, path, port, body: content, credentials })
  await sendOnce(port, request('PUT', `/${bucket}`))
  const paths = Array.from({ length: size.keys }, (_, key) => `/${bucket}/data/object-${key}`)
  const puts = paths.map((path) => request('PUT', path, body))
  const gets = paths.map((path) => request('GET', path))
  for (const put of puts.slice(0, 20)) await sendOnce(port, put)
  const load = async (requests: readonly Buffer[]): Promise<readonly number[]> => {
    const results = []
    // One clock for all rounds: the names go on where the last round stopped.
    let sent = 0
    for (let round = 0; round < rounds; round += 1) {
      results.push(
        await sendLoad({
          server,
          connections,
          durationMs: roundMs,
          request: () => requests[sent++ % requests.length]!,
          unitsPerRequest: 1,
        }),
      )
    }
    return [
      median(results.map((result) => result.perSecond)),
      median(results.map((result) => result.perCpuSecond)),
    ]
  }
  const put = await load(puts)
  const writtenBefore = gets.slice(0, 20)
  return { put, get: await load(writtenBefore) }
}
