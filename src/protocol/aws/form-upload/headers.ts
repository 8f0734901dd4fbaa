import { MalformedInput } from '../failure.ts'
import { parseXml, type XmlElement } from '../xml/parse.ts'
import { invalidField } from './errors.ts'

/**
 * The fields of a form as the headers of the same upload by PUT
 * (https://docs.aws.amazon.com/AmazonS3/latest/API/RESTObjectPOST.html): so PutObject's own schema reads them.
 */
export function headersOf(fields: ReadonlyMap<string, string>): Record<string, string> {
  const headers: Record<string, string> = {}
  for (const [name, value] of fields) {
    const header = headerName(name)
    if (header === undefined) continue
    headers[header] = name === 'tagging' ? tagHeader(value) : headerText(name, value)
  }
  return headers
}

const plain: ReadonlySet<string> = new Set([
  'cache-control',
  'content-disposition',
  'content-encoding',
  'content-language',
  'content-md5',
  'content-type',
  'expires',
])

/** They speak of the request, not of the object. */
const ofTheRequest: ReadonlySet<string> = new Set([
  'x-amz-algorithm',
  'x-amz-content-sha256',
  'x-amz-credential',
  'x-amz-date',
  'x-amz-decoded-content-length',
  'x-amz-security-token',
  'x-amz-signature',
  'x-amz-trailer',
])

function headerName(name: string): string | undefined {
  if (name === 'acl' || name === 'tagging') return `x-amz-${name}`
  if (plain.has(name)) return name
  return name.startsWith('x-amz-') && !ofTheRequest.has(name) ? name : undefined
}

function headerText(name: string, value: string): string {
  const text = value.trim()
  // oxlint-disable-next-line no-control-regex
  if (/[\0-\x08\x0a-\x1f\x7f]/.test(text)) {
    throw invalidField('The value of a field cannot hold control characters.', name, '')
  }
  // oxlint-disable-next-line no-control-regex
  if (/^[\x20-\x7e\t]*$/.test(text)) return text
  // What no header can hold S3 gives back in the form of RFC 2047; other headers hold bytes.
  return name.startsWith('x-amz-meta-')
    ? `=?UTF-8?B?${Buffer.from(text).toString('base64')}?=`
    : Buffer.from(text).toString('latin1')
}

/** `<Tagging><TagSet><Tag><Key>…` as `key=value&…`. Throws MalformedInput. */
function tagHeader(xml: string): string {
  const root = parseXml(xml)
  const set = child(root, 'TagSet')
  if (root.name !== 'Tagging' || !set) throw new MalformedInput('The document must be Tagging')
  return set.children
    .map((tag) => {
      const key = child(tag, 'Key')
      const value = child(tag, 'Value')
      if (tag.name !== 'Tag' || !key) throw new MalformedInput('A tag lacks its key')
      return `${encodeURIComponent(key.text)}=${encodeURIComponent(value?.text ?? '')}`
    })
    .join('&')
}

function child(element: XmlElement, name: string): XmlElement | undefined {
  return element.children.find((candidate) => candidate.name === name)
}
