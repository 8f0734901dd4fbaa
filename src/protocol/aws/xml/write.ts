import type {
  LeafShape,
  ListShape,
  MapShape,
  Member,
  Shape,
  StructureShape,
  XmlNamespace,
} from '../shape.ts'
import { elementName, itemName } from './read.ts'
import { printText } from './text.ts'

export const xmlDeclaration = '<?xml version="1.0" encoding="UTF-8"?>\n'

/** An element that holds text. */
export function textElement(name: string, text: string, attributes = ''): string {
  return text === ''
    ? `<${name}${attributes}/>`
    : `<${name}${attributes}>${escapeXml(text)}</${name}>`
}

/** A structure as an element, by Smithy's XML bindings. `xmlns` is added to it. */
export function structureElement(
  name: string,
  shape: StructureShape,
  value: unknown,
  xmlns?: string,
  include?: (member: Member) => boolean,
): string {
  const own = xmlns === undefined ? '' : ` xmlns="${escapeXml(xmlns)}"`
  return open(name, own, shape, value, include)
}

/** Text that stands in an element or a quoted attribute: what XML cannot hold becomes a numeric reference, as S3 does. */
export function escapeXml(text: string): string {
  return text.replace(
    // oxlint-disable-next-line no-control-regex
    /[&<>"\u0000-\u0008\u000b-\u001f\u007f\u0085\u2028\ufffe\uffff]/g,
    (character) => {
      switch (character) {
        case '&':
          return '&amp;'
        case '<':
          return '&lt;'
        case '>':
          return '&gt;'
        case '"':
          return '&quot;'
        default:
          return `&#x${character.charCodeAt(0).toString(16).toUpperCase()};`
      }
    },
  )
}

function open(
  name: string,
  attributes: string,
  shape: StructureShape,
  value: unknown,
  include?: (member: Member) => boolean,
): string {
  if (typeof value !== 'object' || value === null) {
    throw new TypeError(`an operation answered ${typeof value} where its model has ${shape.name}`)
  }
  const source = value as Readonly<Record<string, unknown>>
  let inside = ''
  let outside = attributes
  for (const member of shape.members) {
    if (include && !include(member)) continue
    const item = source[member.name]
    if (item === undefined || item === null) continue
    if (member.xmlAttribute) {
      outside += ` ${elementName(member)}="${escapeXml(printText(member.shape as LeafShape, item, 'dateTime'))}"`
    } else inside += memberElement(member, item)
  }
  return inside === '' ? `<${name}${outside}/>` : `<${name}${outside}>${inside}</${name}>`
}

function memberElement(member: Member, value: unknown): string {
  const { shape } = member
  const name = elementName(member)
  if (member.xmlFlattened && shape.kind === 'list') return listItems(shape, value, name)
  if (member.xmlFlattened && shape.kind === 'map') return mapEntries(shape, value, name)
  return element(name, shape, value, namespaceAttribute(member.xmlNamespace ?? ownNamespace(shape)))
}

function element(name: string, shape: Shape, value: unknown, attributes: string): string {
  switch (shape.kind) {
    case 'structure':
      return open(name, attributes, shape, value)
    case 'list':
      return wrap(name, attributes, listItems(shape, value, itemName(shape)))
    case 'map':
      return wrap(name, attributes, mapEntries(shape, value, 'entry'))
    default:
      return textElement(name, printText(shape, value, 'dateTime'), attributes)
  }
}

function listItems(shape: ListShape, value: unknown, name: string): string {
  let items = ''
  const attributes = namespaceAttribute(shape.item.xmlNamespace)
  for (const item of value as Iterable<unknown>) {
    if (item === undefined || item === null) continue
    items += element(name, shape.item.shape, item, attributes)
  }
  return items
}

function mapEntries(shape: MapShape, value: unknown, name: string): string {
  let entries = ''
  for (const [key, item] of Object.entries(value as object)) {
    if (item === undefined || item === null) continue
    const keyElement = textElement(shape.key.xmlName ?? 'key', key)
    entries += wrap(
      name,
      '',
      keyElement + element(shape.value.xmlName ?? 'value', shape.value.shape, item, ''),
    )
  }
  return entries
}

function wrap(name: string, attributes: string, inside: string): string {
  return inside === '' ? `<${name}${attributes}/>` : `<${name}${attributes}>${inside}</${name}>`
}

function ownNamespace(shape: Shape): XmlNamespace | undefined {
  return shape.kind === 'structure' ? shape.xmlNamespace : undefined
}

function namespaceAttribute(namespace: XmlNamespace | undefined): string {
  if (!namespace) return ''
  return ` xmlns${namespace.prefix ? `:${namespace.prefix}` : ''}="${escapeXml(namespace.uri)}"`
}
