import { createHash, createHmac } from 'node:crypto'
import { request } from 'node:http'
import { text } from 'node:stream/consumers'
import { testCredentials } from '#test/harness'

export interface RawAnswer {
  readonly status: number
  readonly headers: NodeJS.Dict<string | string[]>
  readonly body: string
}

export interface RawRequest {
  readonly method?: string
  /** As it goes on the wire, percent-encoded: `/bucket/key`. */
  readonly path: string
  /** As it goes on the wire, without the question mark. */
  readonly query?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Buffer
  readonly region?: string
  /** What is signed as the hash of the body; by default the hash itself. */
  readonly payloadHash?: string
  /** Undefined for the lake's root; `null` for a request without a signature. */
  readonly credentials?: typeof testCredentials | null
  /** The Host header, when it is not the endpoint's own. */
  readonly host?: string
}

/** One request to S3 as plain bytes, signed by hand: for what no SDK would send. */
export async function sendRaw(endpoint: string, raw: RawRequest): Promise<RawAnswer> {
  const { method = 'GET', path, query = '', body = '' } = raw
  const { hostname, port, host: own } = new URL(endpoint)
  const headers: Record<string, string> = { host: raw.host ?? own, ...raw.headers }
  if (raw.credentials !== null) {
    const hash = raw.payloadHash ?? createHash('sha256').update(body).digest('hex')
    Object.assign(headers, { 'x-amz-content-sha256': hash })
    headers['authorization'] = authorization({ ...raw, method, query }, headers, hash)
  }
  const target = query === '' ? path : `${path}?${query}`
  return new Promise((resolve, reject) => {
    const sent = request({ hostname, port, path: target, method, headers }, (answer) => {
      text(answer).then(
        (read) => resolve({ status: answer.statusCode!, headers: answer.headers, body: read }),
        reject,
      )
    })
    sent.on('error', reject)
    sent.end(body)
  })
}

/** The code of an error document. */
export function codeOf({ body }: RawAnswer): string | undefined {
  return /<Code>([^<]*)<\/Code>/.exec(body)?.[1]
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html */
function authorization(
  { method, path, query, region = 'us-east-1', credentials }: RawRequest,
  headers: Record<string, string>,
  payloadHash: string,
): string {
  const { accessKeyId, secretAccessKey } = credentials ?? testCredentials
  const stamp = new Date().toISOString().replace(/[-:]|\.\d+/g, '')
  headers['x-amz-date'] = stamp
  const names = Object.keys(headers).toSorted()
  const canonicalQuery = query!
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair) => (pair.includes('=') ? pair : `${pair}=`))
    .toSorted()
    .join('&')
  const canonical = [
    method,
    path,
    canonicalQuery,
    ...names.map((name) => `${name}:${headers[name]!.trim()}`),
    '',
    names.join(';'),
    payloadHash,
  ].join('\n')
  const scope = `${stamp.slice(0, 8)}/${region}/s3/aws4_request`
  const hash = createHash('sha256').update(canonical).digest('hex')
  const key = scope
    .split('/')
    .reduce<string | Buffer>(
      (secret, part) => createHmac('sha256', secret).update(part).digest(),
      `AWS4${secretAccessKey}`,
    )
  const toSign = ['AWS4-HMAC-SHA256', stamp, scope, hash].join('\n')
  const signature = createHmac('sha256', key).update(toSign).digest('hex')
  return `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scope}, SignedHeaders=${names.join(';')}, Signature=${signature}`
}
