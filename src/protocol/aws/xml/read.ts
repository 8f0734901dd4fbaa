import { setKey } from '../document/read.ts'
import { MalformedInput } from '../failure.ts'
import type { ListShape, MapShape, Member, Shape, StructureShape } from '../shape.ts'
import type { XmlElement } from './parse.ts'
import { readInteger, readText } from './text.ts'

/**
 * The value of a shape from an element. Whoever speaks restXml here (S3) has integers only: see `readInteger`. By Smithy's XML bindings (https://smithy.io/2.0/spec/protocol-traits.html#xml-bindings).
 */
export function readElement(shape: Shape, element: XmlElement): unknown {
  switch (shape.kind) {
    case 'structure':
      return readStructure(shape, element)
    case 'list':
      return readList(shape, elementsNamed(element, itemName(shape)))
    case 'map':
      return readMap(shape, elementsNamed(element, 'entry'))
    default:
      if (element.children.length > 0) {
        throw new MalformedInput(`The element ${element.name} must hold text`)
      }
      if (shape.kind === 'number') return readInteger(element.text)
      return readText(shape, element.text, 'dateTime')
  }
}

function readStructure(shape: StructureShape, element: XmlElement): Record<string, unknown> {
  const value: Record<string, unknown> = {}
  const byName = Map.groupBy(element.children, (child) => child.name)
  for (const member of shape.members) {
    const name = elementName(member)
    if (member.xmlAttribute) {
      const text = element.attributes[name]
      if (text !== undefined)
        value[member.name] = readElement(member.shape, textElement(name, text))
      continue
    }
    const found = byName.get(name)
    if (found) value[member.name] = readMember(member, found)
  }
  if (shape.isUnion && Object.keys(value).length !== 1) {
    throw new MalformedInput(`The union ${shape.name} must have exactly one member`)
  }
  return value
}

function readMember(member: Member, found: readonly XmlElement[]): unknown {
  const { shape } = member
  if (member.xmlFlattened && shape.kind === 'list') return readList(shape, found)
  if (member.xmlFlattened && shape.kind === 'map') return readMap(shape, found)
  if (found.length > 1) throw new MalformedInput(`The element ${found[0]!.name} is there twice`)
  return readElement(shape, found[0]!)
}

function readList(shape: ListShape, items: readonly XmlElement[]): unknown[] {
  return items.map((item) => readElement(shape.item.shape, item))
}

function readMap(shape: MapShape, entries: readonly XmlElement[]): Record<string, unknown> {
  const map: Record<string, unknown> = {}
  for (const entry of entries) {
    const key = elementsNamed(entry, shape.key.xmlName ?? 'key')[0]
    const value = elementsNamed(entry, shape.value.xmlName ?? 'value')[0]
    if (!key || !value) throw new MalformedInput('A map entry lacks its key or its value')
    setKey(map, key.text, readElement(shape.value.shape, value))
  }
  return map
}

function elementsNamed(element: XmlElement, name: string): readonly XmlElement[] {
  return element.children.filter((child) => child.name === name)
}

/** The name of a member's element, or attribute. */
export function elementName(member: Member): string {
  return member.xmlName ?? member.name
}

export function itemName(shape: ListShape): string {
  return shape.item.xmlName ?? 'member'
}

function textElement(name: string, text: string): XmlElement {
  return { name, attributes: {}, children: [], text }
}
