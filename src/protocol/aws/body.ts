import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import type { Readable } from 'node:stream'
import { TooLargeError, collect } from '#kit'
import { MalformedInput } from './failure.ts'
import { AwsError } from './service.ts'
import type { Wire } from './wire.ts'

const gunzipAsync = promisify(gunzip)

/** 16 MiB: above every documented request size of the services that take no streams. */
export const defaultBodyBytesMax = 16 * 1024 * 1024

/** The whole body, unpacked when the SDK compressed it (https://smithy.io/2.0/spec/behavior-traits.html#requestcompression-trait). */
export async function readBody(
  payload: { readonly body: Readable; readonly bytes?: Uint8Array },
  contentEncoding: string | undefined,
  bytesMax: number,
  wire: Pick<Wire, 'protocol'>,
): Promise<Buffer> {
  try {
    const bytes = payload.bytes ? wholeOf(payload.bytes) : await collect(payload.body, bytesMax)
    if (bytes.length > bytesMax) throw new TooLargeError(`more than ${bytesMax} bytes`)
    if (contentEncoding === undefined || !/(?:^|,)\s*gzip\s*$/i.test(contentEncoding)) return bytes
    if (bytes.length === 0) return bytes
    return await unzip(bytes, bytesMax)
  } catch (error) {
    if (error instanceof TooLargeError) throw tooLarge(wire, bytesMax)
    throw error
  }
}

/** The same memory, not a copy. */
function wholeOf(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes)
    ? bytes
    : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

async function unzip(bytes: Buffer, bytesMax: number): Promise<Buffer> {
  try {
    return await gunzipAsync(bytes, { maxOutputLength: bytesMax })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') {
      throw new TooLargeError(`more than ${bytesMax} bytes`)
    }
    throw new MalformedInput('The request body is not valid gzip')
  }
}

export function tooLarge(wire: Pick<Wire, 'protocol'>, bytesMax: number): AwsError {
  if (wire.protocol === 'restXml') {
    return new AwsError({
      name: 'MaxMessageLengthExceeded',
      status: 400,
      message: 'Your request was too big.',
      fields: { MaxMessageLengthBytes: bytesMax },
    })
  }
  return new AwsError({
    name: 'RequestEntityTooLargeException',
    status: 413,
    message: `The request is larger than ${bytesMax} bytes`,
  })
}
