import { scopeService } from '#protocol/aws'
import type { WireRequest } from '#protocol/http'

const root = '/iceberg'

/** Names that a signature may be for: Glue's own endpoint, the default of Iceberg's clients, and ours. */
const signingNames: readonly string[] = ['glue', 'execute-api', 'iceberg']

/**
 * Whether a request is for the catalog. A bucket may be called `iceberg` and hold objects below `v1/`, so the path alone does
 * not tell: what is signed for S3, in a header or in a presigned URL, or sent to a bucket's own host, is S3's.
 */
export function isIcebergRequest(request: WireRequest): boolean {
  if (!/^\/iceberg\/v1(?:\/|$)/.test(request.rawPath)) return false
  const { authorization } = request.headers
  if (authorization === undefined) {
    const isPresigned = /(?:^|&)(?:X-Amz-(?:Algorithm|Credential)|AWSAccessKeyId)=/i.test(
      request.rawQuery,
    )
    return !isPresigned && request.method !== 'OPTIONS'
  }
  if (/^(?:Bearer|Basic) /i.test(authorization)) return true
  return signingName(request) !== undefined
}

/** What a request was signed for, when that is a name of the catalog. */
export function signingName(request: WireRequest): string | undefined {
  const name = scopeService(request)
  return name !== undefined && signingNames.includes(name) ? name : undefined
}

/** The path below the door: `/v1/config`. */
export function pathBelow(request: WireRequest): string {
  return request.rawPath.slice(root.length)
}
