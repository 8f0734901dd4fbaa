import { createHash, createHmac } from 'node:crypto'
import { credentials as ownCredentials, region } from './boathouse.ts'

export interface RequestToSign {
  readonly service: string
  readonly method: string
  readonly path: string
  readonly port: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Buffer
  /** Default: those of our server. */
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string }
}

const sha256 = (data: Buffer | string) => createHash('sha256').update(data).digest('hex')
const hmac = (key: Buffer | string, data: string) => createHmac('sha256', key).update(data).digest()

/** The whole request as bytes, signed with Signature V4. Good for five minutes and more. */
export function signedRequest(request: RequestToSign): Buffer {
  const credentials = request.credentials ?? ownCredentials
  const body = request.body ?? Buffer.alloc(0)
  const amzDate = new Date().toISOString().replaceAll(/[-:]|\.\d{3}/g, '')
  const date = amzDate.slice(0, 8)
  const payloadHash = request.headers?.['x-amz-content-sha256'] ?? sha256(body)
  const headers: Record<string, string> = {
    host: `127.0.0.1:${request.port}`,
    'x-amz-date': amzDate,
    'x-amz-content-sha256': payloadHash,
    ...request.headers,
  }
  const names = Object.keys(headers).toSorted()
  const canonical = [
    request.method,
    request.path,
    '',
    ...names.map((name) => `${name}:${headers[name]}`),
    '',
    names.join(';'),
    payloadHash,
  ].join('\n')
  const scope = `${date}/${region}/${request.service}/aws4_request`
  const toSign = ['AWS4-HMAC-SHA256', amzDate, scope, sha256(canonical)].join('\n')
  const dateKey = hmac(`AWS4${credentials.secretAccessKey}`, date)
  const key = hmac(hmac(hmac(dateKey, region), request.service), 'aws4_request')
  const signature = hmac(key, toSign).toString('hex')
  const authorization = `AWS4-HMAC-SHA256 Credential=${credentials.accessKeyId}/${scope}, SignedHeaders=${names.join(';')}, Signature=${signature}`
  const head = [
    `${request.method} ${request.path} HTTP/1.1`,
    ...names.map((name) => `${name}: ${headers[name]}`),
    `authorization: ${authorization}`,
    `content-length: ${body.length}`,
    '',
    '',
  ].join('\r\n')
  return Buffer.concat([Buffer.from(head, 'latin1'), body])
}
