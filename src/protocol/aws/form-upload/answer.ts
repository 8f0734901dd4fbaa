import type { WireRequest, WireResponse } from '#protocol/http'
import { hostBucket } from '../rest-xml/address.ts'
import { textElement, xmlDeclaration } from '../xml/write.ts'

interface Uploaded {
  readonly request: WireRequest
  readonly bucket: string
  readonly key: string
  readonly fields: ReadonlyMap<string, string>
}

/** 204, or what `success_action_status` and `success_action_redirect` ask for. */
export function answerUpload(response: WireResponse, uploaded: Uploaded): WireResponse {
  const { bucket, key, fields } = uploaded
  const etag = response.headers['etag'] ?? ''
  const redirect = redirectOf(fields.get('success_action_redirect') ?? fields.get('redirect'))
  if (redirect) {
    for (const [name, value] of Object.entries({ bucket, key, etag })) {
      redirect.searchParams.append(name, value)
    }
    return { status: 303, headers: { ...response.headers, location: redirect.href }, body: '' }
  }
  const location = locationOf(uploaded)
  const headers = { ...response.headers, location }
  switch (fields.get('success_action_status')) {
    case '200':
      return { status: 200, headers, body: '' }
    case '201': {
      const inside =
        textElement('Location', location) +
        textElement('Bucket', bucket) +
        textElement('Key', key) +
        textElement('ETag', etag)
      return {
        status: 201,
        headers: { ...headers, 'content-type': 'application/xml' },
        body: `${xmlDeclaration}<PostResponse>${inside}</PostResponse>`,
      }
    }
    default:
      return { status: 204, headers, body: '' }
  }
}

/** An address that cannot be one is ignored. */
function redirectOf(text: string | undefined): URL | undefined {
  if (text === undefined || !URL.canParse(text)) return undefined
  const url = new URL(text)
  return url.protocol === 'http:' || url.protocol === 'https:' ? url : undefined
}

function locationOf({ request, bucket, key }: Uploaded): string {
  const host = request.headers['host'] ?? ''
  const base = `${request.secure ? 'https' : 'http'}://${host}`
  const path = encodeURIComponent(key)
  return hostBucket(host) === undefined
    ? `${base}/${encodeURIComponent(bucket)}/${path}`
    : `${base}/${path}`
}
