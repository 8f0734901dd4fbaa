import { BoundedCache } from '#kit'
import type { WireRequest } from '#protocol/http'
import type { Caller } from './operation.ts'
import type { OperationPlan, ServicePlan } from './plan.ts'
import type { ObjectName } from './service.ts'
import { emptyHash } from './sigv4/signing.ts'

/** An answer that may be given again. */
export interface Repeatable {
  /** `ServiceDefinition.state` before anything of it was decided. */
  readonly state: number
  /** What it is the state of. */
  readonly object: ObjectName
  readonly service: ServicePlan
  readonly operation: OperationPlan
  /** This very object: whoever keeps identities makes another one when anything about them has changed. */
  readonly caller: Caller
  readonly region: string
  /** To be told of each answer: that the caller asked. */
  readonly again: () => void
  readonly input: unknown
  readonly output: unknown
  /** Without the ids of one answer. */
  readonly headers: Readonly<Record<string, string>>
  /** Undefined of an answer to HEAD. */
  readonly body: Uint8Array | undefined
}

/** Answers, and their bodies and names. */
const bounds = { countMax: 4096, lengthMax: 32 * 1024 * 1024, lengthEachMax: 68 * 1024 }
const bodyBytesMax = 64 * 1024

/**
 * Small answers that were given a moment ago, by their requests. Reading the same small object again costs a fraction of what it did the
 * first time: its request is authenticated anew, and the rest follows from nothing having changed. An answer is given again only to the
 * same caller (so long as nothing was written about identities), and only while the state of its object is what it was, that is,
 * while nothing was committed that could change it; and only where its operation, and whoever authorised it, said that it depends on
 * nothing else.
 */
export class Repeats {
  readonly #answers = new BoundedCache<string, Repeatable>(bounds)

  get(name: string): Repeatable | undefined {
    return this.#answers.get(name)
  }

  keep(name: string, answer: Repeatable): void {
    const sizeBytes = answer.body?.byteLength ?? 0
    if (sizeBytes > bodyBytesMax) return
    this.#answers.set(name, answer, sizeBytes + name.length)
  }
}

/** More than the keys of these cost is nothing that programs ask again and again. */
const nameLengthMax = 4096

/**
 * By what a request's answer is kept: all of its head that an operation may see. Undefined for one whose answer is not kept: it is no
 * plain GET or HEAD, or has a header that may matter and is none of the usual ones.
 */
export function repeatName(request: WireRequest): string | undefined {
  const { method, headers, rawQuery } = request
  // In HTTP/2 a body needs no length.
  if ((method !== 'GET' && method !== 'HEAD') || request.httpVersion === '2.0') return undefined
  if (rawQuery !== '' && rawQuery !== 'x-id=GetObject') return undefined
  let length = 0
  let accessKey = ''
  let checksum = ''
  let host = ''
  let payloadHash = ''
  for (const name in headers) {
    const value = headers[name]!
    length += name.length + value.length
    switch (name) {
      // The first three are for the authenticator alone; of the rest conditions of policies may speak, whose decisions are not kept.
      case 'x-amz-date':
      case 'date':
      case 'x-amz-security-token':
      case 'user-agent':
      case 'x-amz-user-agent':
      case 'accept':
      case 'accept-encoding':
      case 'connection':
      case 'amz-sdk-invocation-id':
      case 'amz-sdk-request':
        break
      case 'authorization':
        accessKey = s3AccessKey(value)
        break
      case 'x-amz-content-sha256':
        payloadHash = value
        break
      case 'host':
        host = value
        break
      case 'x-amz-checksum-mode':
        checksum = value
        break
      case 'content-length':
        if (value !== '0') return undefined
        break
      default:
        return undefined
    }
  }
  if (accessKey === '' || length > nameLengthMax) return undefined
  // Whatever else is said of a body that is not there has to be refused.
  if (payloadHash !== emptyHash && payloadHash !== 'UNSIGNED-PAYLOAD') return undefined
  return `${method} ${accessKey} ${host} ${checksum} ${request.rawPath} ${rawQuery}`
}

/** The access key of a Signature V4 for S3; empty where it is something else. */
function s3AccessKey(authorization: string): string {
  const start = authorization.indexOf('Credential=')
  const end = authorization.indexOf('/', start)
  if (start < 0 || end < 0 || !authorization.includes('/s3/aws4_request')) return ''
  return authorization.slice(start + 11, end)
}
