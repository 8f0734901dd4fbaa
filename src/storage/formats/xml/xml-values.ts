import type { FieldType, FieldValue, FileField } from '../field-type.ts'
import type { XmlNode } from './rows.ts'

/** What Spark's reader of XML, and so Glue's, calls the text of an element that has attributes too. */
export const valueTag = '_value'

/** The values of these fields (names in any case) in an element; every scalar is text. */
export function xmlValues(node: XmlNode, fields: readonly FileField[]): readonly FieldValue[] {
  return fields.map(({ name, type }) => fieldValue(node, name.toLowerCase(), type))
}

function fieldValue(node: XmlNode, name: string, type: FieldType): FieldValue {
  if (name === valueTag) return textOf(node)
  if (name.startsWith('_')) {
    const entry = Object.entries(node.attributes).find(([key]) => `_${key.toLowerCase()}` === name)
    if (entry) return entry[1]
  }
  const nodes = [...node.children]
    .filter(([key]) => key.toLowerCase() === name)
    .flatMap(([, all]) => all)
  if (nodes.length === 0) return null
  if (type.kind === 'list') return nodes.map((one) => nodeValue(one, type.element))
  return nodeValue(nodes.at(-1)!, type)
}

function nodeValue(node: XmlNode, type: FieldType): FieldValue {
  switch (type.kind) {
    case 'struct':
      return xmlValues(node, type.fields)
    case 'map':
      return [...node.children].map(([key, all]) => [key, nodeValue(all.at(-1)!, type.value)])
    case 'list':
      return [nodeValue(node, type.element)]
    default:
      return textOf(node)
  }
}

/** Space around is layout; an element without text is NULL. */
function textOf(node: XmlNode): string | null {
  const text = node.text.trim()
  return text === '' ? null : text
}
