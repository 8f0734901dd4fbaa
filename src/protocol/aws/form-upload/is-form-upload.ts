import type { WireRequest } from '#protocol/http'
import type { S3Address } from '../rest-xml/address.ts'

/** Whether a request is S3's upload by a form: `POST` to a bucket and nothing else of it. */
export function isFormUpload(request: WireRequest, address: S3Address | undefined): boolean {
  return (
    request.method === 'POST' &&
    address?.bucket !== undefined &&
    address.path === '/' &&
    request.rawQuery === '' &&
    request.headers['authorization'] === undefined
  )
}
