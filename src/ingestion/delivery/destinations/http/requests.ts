import { createHash } from 'node:crypto'
import type { DeliveryRecord } from '../../delivery-record.ts'

/** Records that go out together. */
export interface EndpointRequest {
  /** A GUID: the same for the same records, so that the endpoint can tell what it was given before. */
  readonly id: string
  readonly records: readonly DeliveryRecord[]
}

/** https://docs.aws.amazon.com/firehose/latest/dev/httpdeliveryrequestresponse.html#requestformat */
const recordsMax = 10_000

/** Cuts a batch into requests: never more records or bytes than a request may have. */
export async function* requestsOf(
  pages: AsyncIterable<readonly DeliveryRecord[]>,
  options: { readonly batchId: string; readonly bytesMax: number },
): AsyncGenerator<EndpointRequest> {
  let records: DeliveryRecord[] = []
  let bytes = 0
  let count = 0
  const cut = (): EndpointRequest => {
    const request = { id: idOf(options.batchId, count), records }
    records = []
    bytes = 0
    count += 1
    return request
  }
  for await (const page of pages) {
    for (const record of page) {
      const sizeBytes = encodedBytes(record)
      const isFull = records.length >= recordsMax || bytes + sizeBytes > options.bytesMax
      if (isFull && records.length > 0) yield cut()
      records.push(record)
      bytes += sizeBytes
    }
  }
  if (records.length > 0) yield cut()
}

/** The body of a request. */
export function bodyOf({ id, records }: EndpointRequest, nowMs: number): Buffer {
  const data = records.map(
    ({ data: bytes }) =>
      `{"data":"${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64')}"}`,
  )
  return Buffer.from(
    `{"requestId":${JSON.stringify(id)},"timestamp":${nowMs},"records":[${data.join(',')}]}`,
  )
}

function encodedBytes({ data }: DeliveryRecord): number {
  return Math.ceil(data.byteLength / 3) * 4 + 12
}

function idOf(batchId: string, index: number): string {
  const hex = createHash('sha256').update(`${batchId}/${index}`).digest('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}
