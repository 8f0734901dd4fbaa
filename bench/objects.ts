import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { median, type Benchmark } from './benchmark.ts'
import { spawnBoathouse } from './boathouse.ts'
import { isAnswering, spawnMeasured, type MeasuredServer } from './child.ts'
import { sendLoad, sendOnce } from './load.ts'
import type { Peers } from './peers.ts'
import { signedRequest, type RequestToSign } from './sign.ts'
import type { Row, Table } from './table.ts'

const connections = [1, 8, 32]
const bucket = 'bench'
const sizes = [
  {
    name: '4 KiB',
    bytes: 4096,
    bodies: 2,
    keys: 2000,
    rounds: 3,
    roundMs: 400,
    warmMs: 6000,
    most: 32,
  },
  {
    name: '1 MiB',
    bytes: 1024 * 1024,
    bodies: 1,
    keys: 48,
    rounds: 3,
    roundMs: 400,
    warmMs: 2000,
    most: 32,
  },
  {
    name: '64 MiB',
    bytes: 64 * 1024 * 1024,
    bodies: 1,
    keys: 4,
    rounds: 3,
    roundMs: 700,
    warmMs: 1000,
    most: 8,
  },
]

/** PUT under new names (then over them), and GET of what was put. */
export const benchmark: Benchmark = {
  title: `S3 objects, ${connections.join(', ')} connections: requests per second, then per second of the server's processor time`,
  async run({ peers, full }) {
    const tables: Table[] = []
    for (const size of sizes) {
      const puts: Row[] = []
      const gets: Row[] = []
      for (const contender of contenders(peers)) {
        const { name, note } = contender
        const starting = contender.start()
        if (!starting) {
          const missing = { name, values: columns.map(() => undefined), note: 'not installed' }
          puts.push(missing)
          gets.push(missing)
          continue
        }
        await using server = await starting
        const measured = await measure(server, size, contender, full ? 32 : size.most)
        puts.push({ name, note, values: measured.put })
        gets.push({ name, note, values: measured.get })
      }
      tables.push({ title: `PUT ${size.name}`, columns, better: 'greater', rows: puts })
      tables.push({ title: `GET ${size.name}`, columns, better: 'greater', rows: gets })
    }
    return tables
  },
}

const columns = [
  ...connections.map((count) => `${count}: /s`),
  ...connections.map((count) => `${count}: /CPU s`),
]

interface Found {
  /** Undefined when it was not measured. */
  readonly perSecond: number | undefined
  readonly perCpuSecond: number | undefined
}

interface Contender {
  readonly name: string
  readonly note: string
  /** Undefined when it is not installed. */
  readonly start: () => Promise<MeasuredServer> | undefined
  readonly credentials?: RequestToSign['credentials']
  readonly hasBuckets?: boolean
}

function contenders(peers: Peers): readonly Contender[] {
  return [
    { name: 'Boathouse', note: 'signed, durable', start: () => spawnBoathouse(), hasBuckets: true },
    {
      name: 'Node, signed, durable',
      note: 'the least that keeps our promises',
      start: limit('signed-files.ts'),
    },
    {
      name: 'bare Node, durable',
      note: 'hash, fsync, rename',
      start: limit('files.ts'),
    },
    {
      name: 'nginx, DAV',
      note: 'not signed, no fsync',
      start: startNginx,
    },
    {
      name: 's3rver',
      note: 'signed, no fsync',
      start: () => startS3rver(peers),
      credentials: { accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER' },
      hasBuckets: true,
    },
  ]
}

function limit(name: string): () => Promise<MeasuredServer> {
  return () =>
    spawnMeasured({
      args: (port, folder) => [
        '--conditions=source',
        join(import.meta.dirname, 'limits', name),
        String(port),
        folder,
      ],
      isReady: isAnswering,
    })
}

/** One process, `sendfile`, files stored by WebDAV. Undefined when it is not installed, or has no WebDAV. */
function startNginx(): Promise<MeasuredServer> | undefined {
  const version = spawnSync('nginx', ['-V'], { encoding: 'utf8' })
  if (version.error || !version.stderr.includes('http_dav_module')) return undefined
  const configuration = (port: number, folder: string) => `
    daemon off; master_process off; worker_processes 1; pid ${folder}/pid; error_log stderr crit; user root;
    events { worker_connections 256; }
    http {
      access_log off; sendfile on; tcp_nopush on; keepalive_requests 100000000;
      client_max_body_size 0; client_body_temp_path ${folder}/body; proxy_temp_path ${folder}/proxy;
      fastcgi_temp_path ${folder}/fastcgi; uwsgi_temp_path ${folder}/uwsgi; scgi_temp_path ${folder}/scgi;
      server {
        listen 127.0.0.1:${port};
        location / { root ${folder}/data; dav_methods PUT MKCOL; create_full_put_path on; }
      }
    }`
  return spawnMeasured({
    command: 'nginx',
    args: (port, folder) => {
      mkdirSync(join(folder, 'data'), { recursive: true })
      const path = join(folder, 'nginx.conf')
      writeFileSync(path, configuration(port, folder))
      return ['-p', folder, '-c', path]
    },
    isReady: isAnswering,
  })
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
  contender: Contender,
  connectionsMax: number,
) {
  const { port } = server
  // Put over an object they are others than its own: a page that stays as it is would not be written.
  const bodies = ['an object ', 'another one '].slice(0, size.bodies)
  const request = (method: string, path: string, content?: Buffer) =>
    signedRequest({
      service: 's3',
      method,
      path,
      port,
      body: content,
      credentials: contender.credentials,
    })
  if (contender.hasBuckets) await sendOnce(port, request('PUT', `/${bucket}`))
  const paths = Array.from({ length: size.keys }, (_, key) => `/${bucket}/data/object-${key}`)
  const puts = bodies.flatMap((text) => {
    const body = Buffer.alloc(size.bytes, text)
    return paths.map((path) => request('PUT', path, body))
  })
  const gets = paths.map((path) => request('GET', path))
  for (const put of puts.slice(0, 20)) await sendOnce(port, put)
  // One clock for all rounds: the names go on where the last round stopped.
  let sent = 0
  const load = async (requests: readonly Buffer[]): Promise<readonly (number | undefined)[]> => {
    const found: Found[] = []
    const next = () => requests[sent++ % requests.length]!
    // A server that has just started compiles what it runs, for some seconds of small requests: each contender gets the same time for it.
    const durationMs = size.warmMs
    await sendLoad({ server, connections: 8, durationMs, request: next, unitsPerRequest: 1 })
    for (const count of connections) {
      if (count > connectionsMax) {
        found.push({ perSecond: undefined, perCpuSecond: undefined })
        continue
      }
      const results = []
      for (let round = 0; round < size.rounds; round += 1) {
        results.push(
          await sendLoad({
            server,
            connections: count,
            durationMs: size.roundMs,
            request: next,
            unitsPerRequest: 1,
          }),
        )
      }
      found.push({
        perSecond: median(results.map((result) => result.perSecond)),
        perCpuSecond: median(results.map((result) => result.perCpuSecond)),
      })
    }
    return [...found.map((one) => one.perSecond), ...found.map((one) => one.perCpuSecond)]
  }
  const put = await load(puts)
  return { put, get: await load(gets.slice(0, 20)) }
}
