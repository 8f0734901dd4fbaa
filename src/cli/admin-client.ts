import { createHash, createHmac } from 'node:crypto'
import { adminService, type RootCredentials } from '#admin'
import { CliErrors } from './lake-address.ts'

/** Calls `/_boathouse/…` of a running server, signed by a root key. Errors: `Refused`, with the server's reason. */
export async function callAdmin<T>(
  endpoint: string,
  credentials: RootCredentials,
  call: { readonly method: 'GET' | 'POST'; readonly path: string; readonly body?: unknown },
): Promise<T> {
  const body = call.body === undefined ? '' : JSON.stringify(call.body)
  const url = new URL(`/_boathouse/${call.path}`, endpoint)
  const answer = await signedFetch(url, credentials, {
    method: call.method,
    body,
    service: adminService,
    region: 'us-east-1',
  })
  const value = (await answer.json()) as { message?: string }
  if (!answer.ok) throw CliErrors.Refused(value.message ?? `the server answered ${answer.status}`)
  return value as T
}

/** A request of JSON to a running server, signed by a root key. */
export async function signedFetch(
  url: URL,
  credentials: RootCredentials,
  call: {
    readonly method: 'GET' | 'POST'
    readonly body: string
    readonly service: string
    readonly region: string
  },
): Promise<Response> {
  const { SignatureV4 } = await import('@smithy/signature-v4')
  const signer = new SignatureV4({
    service: call.service,
    region: call.region,
    credentials: {
      accessKeyId: credentials.accessKeyId,
      secretAccessKey: credentials.secretAccessKey,
    },
    sha256: Sha256,
  })
  const signed = await signer.sign({
    method: call.method,
    protocol: url.protocol,
    hostname: url.hostname,
    port: Number(url.port),
    path: url.pathname,
    query: {},
    headers: { host: url.host, 'content-type': 'application/json' },
    body: call.body,
  })
  return fetch(url, {
    method: call.method,
    headers: signed.headers as Record<string, string>,
    ...(call.method === 'POST' ? { body: call.body } : {}),
  })
}

/** SHA-256 in the form that the signer asks for. */
class Sha256 {
  readonly #hash

  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#hash =
      secret === undefined
        ? createHash('sha256')
        : createHmac('sha256', typeof secret === 'string' ? secret : bytesOf(secret))
  }

  update(data: Uint8Array | string): void {
    this.#hash.update(data)
  }

  async digest(): Promise<Uint8Array> {
    return this.#hash.digest()
  }

  reset(): void {
    throw new Error('a hash is made for one use')
  }
}

function bytesOf(data: ArrayBuffer | ArrayBufferView): Uint8Array {
  return ArrayBuffer.isView(data)
    ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    : new Uint8Array(data)
}
