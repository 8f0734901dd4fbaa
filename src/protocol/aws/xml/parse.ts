import { MalformedInput } from '../failure.ts'

/** An element of a parsed document. Names keep their prefix for attributes, and lose it for elements. */
export interface XmlElement {
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
  readonly children: readonly XmlElement[]
  /** All character data directly in it, entities resolved, whitespace kept. */
  readonly text: string
}

const depthMax = 64
const elementsMax = 200_000

const nameStart = /[A-Za-z_\u0080-\uffff]/
const tokens =
  /<!--[\s\S]*?-->|<!\[CDATA\[([\s\S]*?)\]\]>|<\?[\s\S]*?\?>|<(\/?)([^\s<>/=!?]+)((?:\s+[^\s<>/=]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)>|([^<]+)/y
const attribute = /([^\s=]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g

/**
 * Parses a request's XML, strictly and with bounds: no document type, no entities but the predefined and numeric ones, so
 * neither expansion nor external references exist. Throws MalformedInput.
 */
export function parseXml(text: string): XmlElement {
  const stack: OpenElement[] = []
  let root: OpenElement | undefined
  let count = 0
  tokens.lastIndex = text.charCodeAt(0) === 0xfeff ? 1 : 0
  while (tokens.lastIndex < text.length) {
    const match = tokens.exec(text)
    if (!match) throw new MalformedInput('The XML is not well-formed')
    const [, cdata, closing, name, attributes, selfClosing, characters] = match
    const open = stack.at(-1)
    if (characters !== undefined) {
      if (open) open.text += resolveEntities(characters)
      else if (characters.trim() !== '') throw new MalformedInput('Text outside the root element')
    } else if (cdata !== undefined) {
      if (!open) throw new MalformedInput('Text outside the root element')
      open.text += cdata
    } else if (name !== undefined) {
      if (closing) {
        if (!open || open.fullName !== name || attributes !== '' || selfClosing) {
          throw new MalformedInput(`Unexpected end of element ${name}`)
        }
        stack.pop()
        continue
      }
      if (!nameStart.test(name[0]!)) throw new MalformedInput(`${name} is not an element name`)
      if ((!open && root) || stack.length >= depthMax || (count += 1) > elementsMax) {
        throw new MalformedInput('The XML is not one bounded document')
      }
      const element = new OpenElement(name, readAttributes(attributes!))
      if (open) open.children.push(element)
      else root = element
      if (!selfClosing) stack.push(element)
    }
  }
  if (!root || stack.length > 0) throw new MalformedInput('The XML ends too early')
  return root
}

class OpenElement implements XmlElement {
  readonly fullName: string
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
  readonly children: XmlElement[] = []
  text = ''

  constructor(fullName: string, attributes: Readonly<Record<string, string>>) {
    this.fullName = fullName
    this.name = fullName.slice(fullName.indexOf(':') + 1)
    this.attributes = attributes
  }
}

function readAttributes(text: string): Readonly<Record<string, string>> {
  if (text === '') return noAttributes
  const attributes: Record<string, string> = Object.create(null) as Record<string, string>
  for (const [, name, double, single] of text.matchAll(attribute)) {
    if (Object.hasOwn(attributes, name!))
      throw new MalformedInput(`The attribute ${name} is there twice`)
    attributes[name!] = resolveEntities(double ?? single ?? '')
  }
  return attributes
}

const noAttributes: Readonly<Record<string, string>> = Object.freeze({})

const entities: Readonly<Record<string, string>> = {
  lt: '<',
  gt: '>',
  amp: '&',
  quot: '"',
  apos: "'",
}

function resolveEntities(text: string): string {
  // End of line handling of XML 1.0, section 2.11.
  const lines = text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text
  if (!lines.includes('&')) return lines
  return lines.replace(/&(?:#(\d+)|#x([0-9a-fA-F]+)|(\w+));|&/g, (_, decimal, hex, name) => {
    if (name !== undefined && Object.hasOwn(entities, name)) return entities[name]!
    const code = decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal)
    if (Number.isNaN(code) || code > 0x10ffff) throw new MalformedInput('An unknown entity')
    return String.fromCodePoint(code)
  })
}
