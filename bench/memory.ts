import { connect } from 'node:net'
import type { Benchmark } from './benchmark.ts'
import { credentials, spawnBoathouse } from './boathouse.ts'
import type { MeasuredServer } from './child.ts'
import { sendOnce } from './load.ts'
import { signedRequest } from './sign.ts'
import type { Row, Table } from './table.ts'

const bucket = 'memory'
const clients = [1, 8, 32]
const chunk = Buffer.alloc(256 * 1024, 'bytes that flow ')
const mib = 1024 * 1024

/** The greatest resident memory of the server while clients stream large objects up, then down; and while uploads go on to another S3. */
export const benchmark: Benchmark = {
  title: 'memory of the server, MiB resident at most, while clients stream large objects',
  async run({ full }) {
    // Flat means that a row reads as the one above it, whose objects are a quarter of its own.
    const sizes = full ? [256, 1024] : [16, 64]
    const rows: Row[] = []
    for (const size of sizes) rows.push(await streaming(size * mib))
    return [
      {
        title: 'clients, each with an object of its own',
        columns: ['up', 'down'].flatMap((way) => clients.map((count) => `${count} ${way}`)),
        better: 'smaller',
        rows,
      },
      await upstream((full ? 256 : 32) * mib),
    ]
  },
}

async function streaming(sizeBytes: number): Promise<Row> {
  const up: number[] = []
  const down: number[] = []
  for (const count of clients) {
    await using server = await spawnBoathouse()
    await sendOnce(
      server.port,
      signedRequest({ ...target(server), method: 'PUT', path: `/${bucket}` }),
    )
    const keys = Array.from({ length: count }, (_, index) => `object-${index}`)
    up.push(
      await peak(
        server,
        keys.map((key) => put(server, key, sizeBytes)),
      ),
    )
    down.push(
      await peak(
        server,
        keys.map((key) => get(server, key, sizeBytes)),
      ),
    )
  }
  return { name: `objects of ${sizeBytes / mib} MiB`, values: [...up, ...down] }
}

/** Sixteen uploads through a server that keeps its bytes in another one. */
async function upstream(sizeBytes: number): Promise<Table> {
  await using far = await spawnBoathouse()
  await sendOnce(far.port, signedRequest({ ...target(far), method: 'PUT', path: '/far' }))
  await using near = await spawnBoathouse({
    BOATHOUSE_OBJECTS: 's3://far/blobs',
    BOATHOUSE_OBJECTS_ENDPOINT: `http://127.0.0.1:${far.port}`,
    BOATHOUSE_OBJECTS_ACCESS_KEY_ID: credentials.accessKeyId,
    BOATHOUSE_OBJECTS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
  })
  await sendOnce(near.port, signedRequest({ ...target(near), method: 'PUT', path: `/${bucket}` }))
  const values: number[] = []
  for (const count of [1, 16]) {
    const keys = Array.from({ length: count }, (_, index) => `object-${count}-${index}`)
    values.push(
      await peak(
        near,
        keys.map((key) => put(near, key, sizeBytes)),
      ),
    )
  }
  return {
    title: `uploads of ${sizeBytes / mib} MiB to another S3`,
    columns: ['1 upload', '16 uploads'],
    better: 'smaller',
    rows: [{ name: 'Boathouse', values }],
  }
}

async function peak(server: MeasuredServer, work: readonly Promise<void>[]): Promise<number> {
  let greatest = server.residentBytes()
  const timer = setInterval(() => {
    greatest = Math.max(greatest, server.residentBytes())
  }, 20)
  try {
    await Promise.all(work)
  } finally {
    clearInterval(timer)
  }
  return greatest / mib
}

function target(server: MeasuredServer) {
  return { service: 's3', port: server.port }
}

/** The head of a request whose body is not signed, as large uploads over TLS are sent. */
function head(server: MeasuredServer, method: string, key: string, sizeBytes: number): string {
  const request = signedRequest({
    ...target(server),
    method,
    path: `/${bucket}/${key}`,
    headers: { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' },
  })
  return request.toString('latin1').replace('content-length: 0', `content-length: ${sizeBytes}`)
}

async function put(server: MeasuredServer, key: string, sizeBytes: number): Promise<void> {
  const socket = connect(server.port, '127.0.0.1')
  const answer = new Promise<string>((resolve, reject) => {
    socket.once('data', (bytes: Buffer) => resolve(bytes.toString('latin1')))
    socket.once('error', reject)
    socket.once('close', () => reject(new Error('the server closed the connection')))
  })
  answer.catch(() => undefined)
  socket.write(head(server, 'PUT', key, sizeBytes))
  for (let sent = 0; sent < sizeBytes && !socket.destroyed; sent += chunk.length) {
    await new Promise<void>((resolve) => socket.write(chunk, () => resolve()))
  }
  const text = await answer
  socket.destroy()
  if (!text.startsWith('HTTP/1.1 200')) throw new Error(`the server answered ${text.slice(0, 500)}`)
}

async function get(server: MeasuredServer, key: string, sizeBytes: number): Promise<void> {
  const socket = connect(server.port, '127.0.0.1')
  await new Promise<void>((resolve, reject) => {
    let received = 0
    socket.on('data', (bytes: Buffer) => {
      received += bytes.length
      if (received >= sizeBytes) resolve()
    })
    socket.once('error', reject)
    socket.once('close', () => reject(new Error(`only ${received} bytes came`)))
    socket.write(head(server, 'GET', key, 0))
  })
  socket.destroy()
}
