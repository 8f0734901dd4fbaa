import { SaxesParser } from 'saxes'

/** An element as text: its attributes under `_name`, its parts by name, its own text. */
export interface XmlNode {
  readonly attributes: Readonly<Record<string, string>>
  readonly children: ReadonlyMap<string, readonly XmlNode[]>
  readonly text: string
}

interface OpenNode extends XmlNode {
  readonly name: string
  readonly children: Map<string, XmlNode[]>
  text: string
}

const depthMax = 256

/**
 * The elements of this name, one after another, wherever they stand. Entities of a document's own are not known, so
 * none can grow. Throws an Error for a text that is not XML; `complete` is false for the head of a longer text.
 */
export function* xmlRows(
  pieces: Iterable<string>,
  rowTag: string,
  complete = true,
): Generator<XmlNode> {
  const found: XmlNode[] = []
  const open: OpenNode[] = []
  const parser = new SaxesParser()
  parser.on('error', (error) => {
    throw new Error(`it is not XML: ${error.message}`)
  })
  parser.on('opentag', ({ name, attributes }) => {
    if (open.length === 0 && name !== rowTag) return
    if (open.length >= depthMax) throw new Error('it is nested too deeply')
    open.push({ name, attributes: { ...attributes }, children: new Map(), text: '' })
  })
  const addText = (text: string) => {
    const last = open.at(-1)
    if (last) last.text += text
  }
  parser.on('text', addText)
  parser.on('cdata', addText)
  parser.on('closetag', () => {
    const node = open.pop()
    if (!node) return
    const parent = open.at(-1)
    if (!parent) {
      found.push(node)
      return
    }
    const siblings = parent.children.get(node.name)
    if (siblings) siblings.push(node)
    else parent.children.set(node.name, [node])
  })
  for (const piece of pieces) {
    parser.write(piece)
    yield* found.splice(0)
  }
  if (complete) parser.close()
  yield* found.splice(0)
}
