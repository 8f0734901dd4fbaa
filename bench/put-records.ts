import { signedRequest } from './sign.ts'

export const recordsPerRequest = 500
export const streamName = 'bench'

function request(port: number, operation: string, body: string): Buffer {
  return signedRequest({
    service: 'kinesis',
    method: 'POST',
    path: '/',
    port,
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': `Kinesis_20131202.${operation}`,
    },
    body: Buffer.from(body),
  })
}

/** A signed request of 500 records with keys of its own. */
export function putRecords(port: number, recordBytes: number, seed: number): Buffer {
  const data = Buffer.alloc(recordBytes, `a record ${seed} `).toString('base64')
  const entries = Array.from(
    { length: recordsPerRequest },
    (_, index) => `{"Data":"${data}","PartitionKey":"key-${seed}-${index}"}`,
  )
  return request(
    port,
    'PutRecords',
    `{"StreamName":"${streamName}","Records":[${entries.join(',')}]}`,
  )
}

/** Asks until a put is taken: the peers make a stream some time after they have answered. */
export async function createStream(port: number, shardCount: number): Promise<void> {
  const call = async (operation: string, body: unknown) => {
    const text = JSON.stringify(body)
    const [head] = request(port, operation, text).toString().split('\r\n\r\n')
    const headers = Object.fromEntries(
      head!
        .split('\r\n')
        .slice(1)
        .map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)])
        .filter(([name]) => name !== 'host' && name !== 'content-length'),
    ) as Record<string, string>
    return fetch(`http://127.0.0.1:${port}/`, { method: 'POST', headers, body: text })
  }
  await call('CreateStream', { StreamName: streamName, ShardCount: shardCount })
  const record = { StreamName: streamName, Records: [{ Data: '', PartitionKey: 'k' }] }
  const deadline = performance.now() + 20_000
  for (;;) {
    const answer = await call('PutRecords', record)
    const text = await answer.text()
    if (answer.ok) return
    if (performance.now() > deadline) throw new Error(`no stream: ${text}`)
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}
