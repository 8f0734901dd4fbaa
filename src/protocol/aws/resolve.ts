import type { WireRequest } from '#protocol/http'
import { hostBucket } from './rest-xml/address.ts'
import type { AwsProtocol, BoundService } from './service.ts'

/** Which service a request is for, and how it speaks: all that can be told from the head alone. */
export interface Resolution {
  readonly bound?: BoundService
  readonly protocol: AwsProtocol | 'awsJsonCbor'
  /** Named in the head by the RPC protocols; awsQuery names it in the form, REST by its path. */
  readonly operation?: string
  /** What the request calls the service, when there is no such service here. */
  readonly unknownService?: string
  /** awsQuery without a signature: the form's `Version` will tell. */
  readonly byQueryVersion?: boolean
}

export type Resolver = (request: WireRequest) => Resolution

/** Finds the service by target, RPC path, signature scope, and host, in this order; S3 takes what names none. */
export function createResolver(services: readonly BoundService[]): Resolver {
  const byTarget = new Map<string, BoundService>()
  const byName = new Map<string, BoundService>()
  const byHost = new Map<string, BoundService>()
  for (const bound of services) {
    const { definition } = bound
    claim(byName, definition.name, bound)
    for (const prefix of definition.targetPrefixes ?? []) claim(byTarget, prefix, bound)
    for (const prefix of definition.hostPrefixes ?? [definition.name]) claim(byHost, prefix, bound)
  }
  const fallback = byName.get('s3')

  return (request) => {
    const { headers } = request
    const scope = scopeService(request)
    const contentType = mediaType(headers['content-type'])
    const rpc = rpcPath(request)
    if (rpc) {
      const bound = byTarget.get(rpc.service) ?? (scope ? byName.get(scope) : undefined)
      return {
        bound,
        protocol: 'rpcV2Cbor',
        operation: rpc.operation,
        unknownService: bound ? undefined : (scope ?? rpc.service),
      }
    }
    const target = headers['x-amz-target']
    if (target !== undefined || contentType.startsWith('application/x-amz-json')) {
      const dot = target?.lastIndexOf('.') ?? -1
      const prefix = target?.slice(0, Math.max(dot, 0)) ?? ''
      const bound = byTarget.get(prefix) ?? (scope ? byName.get(scope) : undefined)
      return {
        bound,
        protocol: contentType.startsWith('application/x-amz-cbor')
          ? 'awsJsonCbor'
          : contentType === 'application/x-amz-json-1.0'
            ? 'awsJson1_0'
            : 'awsJson1_1',
        operation: dot < 0 ? '' : target!.slice(dot + 1),
        unknownService: bound ? undefined : (scope ?? prefix),
      }
    }
    const isForm = contentType === 'application/x-www-form-urlencoded'
    const bound = scope
      ? byName.get(scope)
      : (byHost.get(hostService(headers['host'])) ?? undefined)
    if (scope && !bound) {
      return { protocol: isForm ? 'awsQuery' : 'restJson1', unknownService: scope }
    }
    if (bound) return { bound, protocol: headProtocol(bound, isForm) }
    if (
      isForm &&
      request.method === 'POST' &&
      hostBucket(headers['host']) === undefined &&
      request.rawPath === '/'
    ) {
      return { protocol: 'awsQuery', byQueryVersion: true }
    }
    if (fallback) return { bound: fallback, protocol: fallback.definition.protocols[0]! }
    return { protocol: isForm ? 'awsQuery' : 'restJson1', unknownService: '' }
  }
}

function claim(table: Map<string, BoundService>, key: string, bound: BoundService): void {
  const other = table.get(key)
  if (other && other !== bound) {
    throw new Error(`${other.definition.name} and ${bound.definition.name} both answer to ${key}`)
  }
  table.set(key, bound)
}

function headProtocol(bound: BoundService, isForm: boolean): AwsProtocol {
  const { protocols } = bound.definition
  if (isForm && protocols.includes('awsQuery')) return 'awsQuery'
  return protocols[0]!
}

/** The service of a signature's scope: `…/20260101/us-east-1/kinesis/aws4_request`, in the header or a presigned query. */
export function scopeService(request: WireRequest): string | undefined {
  const authorization = request.headers['authorization']
  const credential =
    authorization === undefined
      ? /(?:^|&)X-Amz-Credential=([^&]*)/i.exec(request.rawQuery)?.[1]?.replace(/%2F/gi, '/')
      : /Credential=([^,\s]+)/.exec(authorization)?.[1]
  const parts = credential?.split('/')
  return parts && parts.length >= 5 ? parts.at(-2) : undefined
}

/** `/service/Kinesis_20131202/operation/PutRecord` (https://smithy.io/2.0/additional-specs/protocols/smithy-rpc-v2.html#uri). */
function rpcPath(
  request: WireRequest,
): { readonly service: string; readonly operation: string } | undefined {
  if (request.headers['smithy-protocol'] !== 'rpc-v2-cbor') return undefined
  const match = /\/service\/([^/]+)\/operation\/([^/]+)$/.exec(request.rawPath)
  return match ? { service: match[1]!, operation: match[2]! } : { service: '', operation: '' }
}

/** `kinesis` of `kinesis.us-east-1.amazonaws.com`, `s3` of `bucket.s3.localhost`. */
function hostService(host: string | undefined): string {
  if (host === undefined) return ''
  if (hostBucket(host) !== undefined) return 's3'
  const dot = host.indexOf('.')
  return dot < 0 ? '' : host.slice(0, dot).toLowerCase()
}

function mediaType(header: string | undefined): string {
  if (header === undefined) return ''
  const end = header.indexOf(';')
  return (end < 0 ? header : header.slice(0, end)).trim().toLowerCase()
}
