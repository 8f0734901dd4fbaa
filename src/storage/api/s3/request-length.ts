import type { WireRequest } from '#protocol/http'
import { s3Error } from './errors.ts'

/** S3 wants to know how long an upload is before it starts; HTTP/2 frames it anyway. Errors: `MissingContentLength`. */
export function checkLength({ headers, httpVersion }: WireRequest): void {
  if (httpVersion === '2.0') return
  const known =
    headers['content-length'] !== undefined ||
    headers['x-amz-decoded-content-length'] !== undefined ||
    headers['transfer-encoding'] === undefined
  if (!known) {
    throw s3Error('MissingContentLength', 411, 'You must provide the Content-Length HTTP header.')
  }
}
