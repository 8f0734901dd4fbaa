import { setKey } from '../document/read.ts'
import { MalformedInput } from '../failure.ts'
import type { ListShape, MapShape, Member, Shape, StructureShape } from '../shape.ts'
import { elementName, itemName } from '../xml/read.ts'
import { readText } from '../xml/text.ts'

/** `Tags.member.1.Key=…` as a tree: each part of the name is a branch. */
interface Branch {
  readonly children: Map<string, Branch>
  text?: string
}

const partsMax = 32

/** The input of an awsQuery operation from its parameters (https://smithy.io/2.0/aws/protocols/aws-query-protocol.html#query-string-resolution). */
export function readForm(shape: StructureShape, form: URLSearchParams): Record<string, unknown> {
  const root: Branch = { children: new Map() }
  for (const [name, text] of form) {
    const parts = name.split('.')
    if (parts.length > partsMax) throw new MalformedInput(`The parameter ${name} is too deep`)
    let branch = root
    for (const part of parts) {
      let next = branch.children.get(part)
      if (!next) {
        next = { children: new Map() }
        branch.children.set(part, next)
      }
      branch = next
    }
    branch.text = text
  }
  return readStructure(shape, root)
}

function readStructure(shape: StructureShape, branch: Branch): Record<string, unknown> {
  const value: Record<string, unknown> = {}
  for (const member of shape.members) {
    const child = branch.children.get(elementName(member))
    if (child) value[member.name] = readMember(member, child)
  }
  return value
}

function readMember(member: Member, branch: Branch): unknown {
  const { shape } = member
  if (shape.kind === 'list') return readList(shape, branch, member.xmlFlattened)
  if (shape.kind === 'map') return readMap(shape, branch, member.xmlFlattened)
  return readValue(shape, branch)
}

function readValue(shape: Shape, branch: Branch): unknown {
  switch (shape.kind) {
    case 'structure':
      return readStructure(shape, branch)
    case 'list':
      return readList(shape, branch, false)
    case 'map':
      return readMap(shape, branch, false)
    default:
      if (branch.text === undefined) throw new MalformedInput('A parameter has no value')
      return readText(shape, branch.text, 'dateTime')
  }
}

/** Items by their number; `List=` alone is an empty list. */
function readList(shape: ListShape, branch: Branch, flattened: boolean): unknown[] {
  const items = flattened
    ? branch.children
    : (branch.children.get(itemName(shape)) ?? branch.children.get('member'))?.children
  return numbered(items).map((item) => readMember(shape.item, item))
}

function readMap(shape: MapShape, branch: Branch, flattened: boolean): Record<string, unknown> {
  const map: Record<string, unknown> = {}
  const entries = flattened ? branch.children : branch.children.get('entry')?.children
  for (const entry of numbered(entries)) {
    const key = entry.children.get(shape.key.xmlName ?? 'key')?.text
    const value = entry.children.get(shape.value.xmlName ?? 'value')
    if (key === undefined || !value) throw new MalformedInput('A map entry lacks its key or value')
    setKey(map, key, readMember(shape.value, value))
  }
  return map
}

function numbered(branches: ReadonlyMap<string, Branch> | undefined): Branch[] {
  if (!branches) return []
  return [...branches]
    .map(([name, branch]) => {
      if (!/^\d{1,9}$/.test(name))
        throw new MalformedInput(`${name} is not the number of a list item`)
      return [Number(name), branch] as const
    })
    .toSorted((a, b) => a[0] - b[0])
    .map(([, branch]) => branch)
}
