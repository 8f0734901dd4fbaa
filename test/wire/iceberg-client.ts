import { createHash } from 'node:crypto'
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3'
import { SignatureV4 } from '@smithy/signature-v4'
import { parseBigJson, stringifyBigJson } from '#kit'
import { startLake, testCredentials, type TestLake } from '#test/harness'

export interface RestResponse {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  /** The parsed body. */
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly json: any
}

export interface RestCallOptions {
  readonly headers?: Readonly<Record<string, string>>
  /** A bearer token; without it the request is signed. */
  readonly token?: string
  readonly service?: string
  readonly region?: string
  readonly credentials?: {
    readonly accessKeyId: string
    readonly secretAccessKey: string
    readonly sessionToken?: string
  }
}

export type RestClient = (
  method: string,
  path: string,
  body?: unknown,
  options?: RestCallOptions,
) => Promise<RestResponse>

/** The REST catalog of a lake: `path` is below `/iceberg`. */
export function restClient(
  lake: { readonly endpoint: string },
  defaults: RestCallOptions = {},
): RestClient {
  return async (method, path, body, own = {}) => {
    const options = { ...defaults, ...own }
    const url = new URL(`${lake.endpoint}/iceberg${path}`)
    const bytes = body === undefined ? undefined : stringifyBigJson(body)
    const headers: Record<string, string> = {
      ...(bytes === undefined ? {} : { 'content-type': 'application/json' }),
      ...options.headers,
    }
    const signed =
      options.token === undefined
        ? await signer(options).sign({
            method,
            protocol: url.protocol,
            hostname: url.hostname,
            path: url.pathname,
            query: Object.fromEntries(url.searchParams),
            headers: { ...headers, host: url.host },
            body: bytes,
          })
        : { headers: { ...headers, authorization: `Bearer ${options.token}` } }
    const response = await fetch(url, {
      method,
      headers: signed.headers as Record<string, string>,
      ...(bytes === undefined ? {} : { body: bytes }),
    })
    const text = await response.text()
    const isJson = response.headers.get('content-type')?.startsWith('application/json')
    return {
      status: response.status,
      headers: response.headers,
      text,
      json: isJson && text !== '' ? parseBigJson(text) : undefined,
    }
  }
}

/** A lake with the bucket `lake` and the namespace `db` in it, of these properties besides its location. */
export async function startCatalog(
  properties: Readonly<Record<string, string>> = {},
  overrides: Parameters<typeof startLake>[1] = {},
): Promise<{
  readonly lake: TestLake
  readonly rest: RestClient
  readonly s3: S3Client
  /** A table of people in `db`, with what else its request should say. */
  createTable(name: string, more?: object): Promise<RestResponse>
}> {
  const lake = await startLake({}, overrides)
  const rest = restClient(lake)
  const s3 = lake.client(S3Client)
  await s3.send(new CreateBucketCommand({ Bucket: 'lake' }))
  await rest('POST', '/v1/namespaces', {
    namespace: ['db'],
    properties: { location: 's3://lake/db', ...properties },
  })
  const createTable = (name: string, more: object = {}) =>
    rest('POST', '/v1/namespaces/db/tables', { name, schema: peopleSchema, ...more })
  return { lake, rest, s3, createTable }
}

/** The status, and the type of the error's envelope, which must be whole. */
export function refusal({ status, json }: RestResponse): readonly [number, string] {
  const { error } = json as { error: { message: string; type: string; code: number } }
  if (error.code !== status || typeof error.message !== 'string' || error.message === '') {
    throw new Error(`a wrong envelope: ${JSON.stringify(json)}`)
  }
  return [status, error.type]
}

export function signer({ service, region, credentials }: RestCallOptions): SignatureV4 {
  return new SignatureV4({
    service: service ?? 'glue',
    region: region ?? 'us-east-1',
    credentials: credentials ?? testCredentials,
    sha256: Sha256,
    uriEscapePath: true,
  })
}

class Sha256 {
  readonly #secret: string | Uint8Array | undefined
  #chunks: Uint8Array[] = []

  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#secret = secret as string | Uint8Array | undefined
  }

  update(data: string | ArrayBuffer | ArrayBufferView): void {
    this.#chunks.push(
      typeof data === 'string' ? Buffer.from(data) : new Uint8Array(data as ArrayBuffer),
    )
  }

  reset(): void {
    this.#chunks = []
  }

  async digest(): Promise<Uint8Array> {
    const { createHmac } = await import('node:crypto')
    const hash =
      this.#secret === undefined ? createHash('sha256') : createHmac('sha256', this.#secret)
    for (const chunk of this.#chunks) hash.update(chunk)
    return hash.digest()
  }
}

/** A schema in the form of the specification, with an id and some columns. */
export const peopleSchema = {
  type: 'struct',
  'schema-id': 0,
  fields: [
    { id: 1, name: 'id', required: true, type: 'long' },
    { id: 2, name: 'name', required: false, type: 'string' },
  ],
}

/** The updates of an append that adds a snapshot to `main`; its manifest list is not read by the catalog. */
export function append(snapshot: {
  readonly id: bigint
  readonly parent: bigint | undefined
  readonly sequence: number
  readonly timestampMs?: number
}): readonly unknown[] {
  return [
    {
      action: 'add-snapshot',
      snapshot: {
        'snapshot-id': snapshot.id,
        ...(snapshot.parent === undefined ? {} : { 'parent-snapshot-id': snapshot.parent }),
        'sequence-number': snapshot.sequence,
        'timestamp-ms': snapshot.timestampMs ?? Date.now(),
        'manifest-list': `s3://lake/somewhere/snap-${snapshot.id}.avro`,
        summary: { operation: 'append' },
        'schema-id': 0,
      },
    },
    { action: 'set-snapshot-ref', 'ref-name': 'main', type: 'branch', 'snapshot-id': snapshot.id },
  ]
}
