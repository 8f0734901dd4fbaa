import type { ByteSource } from './byte-source.ts'
import type { GrokField } from './lines/grok.ts'
import type { XmlNode } from './xml/rows.ts'

/** What a file of text is asked: which of these patterns its lines match, and what elements of XML it has. */
export interface ClassifyRequest {
  readonly groks: readonly { readonly format: string; readonly customPatterns: string }[]
  /** Names of elements; null: those below the root, of the name that is most frequent. */
  readonly rowTags: readonly (string | null)[]
}

export type Classification =
  | {
      readonly kind: 'grok'
      readonly place: number
      readonly fields: readonly GrokField[]
      readonly records: number
    }
  | {
      readonly kind: 'xml'
      readonly place: number
      readonly rowTag: string
      /** Rows as JSON texts: attributes under `_name`, repeated elements as arrays, every scalar as text. */
      readonly rows: readonly string[]
    }

/** Of a file, from its start. */
const headBytes = 1024 * 1024
const linesMax = 1_000
const rowsMax = 500
/** Share of the lines that must match. */
const matchMin = 0.9

/**
 * Everything of the request that the head of a file answers to. Custom patterns are compiled here: where time is bounded
 * from outside. Throws an Error for a pattern that cannot be compiled.
 */
export async function classifyText(
  source: ByteSource,
  request: ClassifyRequest,
): Promise<readonly Classification[]> {
  const length = Math.min(source.sizeBytes, headBytes)
  const text = new TextDecoder('utf-8').decode(source.read(0, length), { stream: true })
  const complete = length === source.sizeBytes
  return [
    ...(await matchGroks(text, complete, request.groks)),
    ...(await findRows(text, complete, request.rowTags)),
  ]
}

/** Throws an Error that says what is wrong with a Grok pattern. */
export async function checkGrok(format: string, customPatterns: string): Promise<void> {
  const { compileGrok } = await import('./lines/grok.ts')
  compileGrok(format, customPatterns, undefined)
}

async function matchGroks(
  text: string,
  complete: boolean,
  groks: ClassifyRequest['groks'],
): Promise<Classification[]> {
  if (groks.length === 0) return []
  const { compileGrok } = await import('./lines/grok.ts')
  const lines = text.split(/\r?\n|\r/)
  if (!complete) lines.pop()
  const kept = lines.filter((line) => line.trim() !== '').slice(0, linesMax)
  if (kept.length === 0) return []
  return groks.flatMap(({ format, customPatterns }, place): Classification[] => {
    const grok = compileGrok(format, customPatterns, undefined)
    const matched = kept.filter((line) => grok.match(line) !== undefined).length
    if (matched < kept.length * matchMin) return []
    return [{ kind: 'grok', place, fields: grok.fields, records: kept.length }]
  })
}

async function findRows(
  text: string,
  complete: boolean,
  rowTags: ClassifyRequest['rowTags'],
): Promise<Classification[]> {
  if (!/^\s*(?:\ufeff\s*)?</.test(text)) return []
  const { xmlRows } = await import('./xml/rows.ts')
  return rowTags.flatMap((asked, place): Classification[] => {
    const rowTag = asked ?? frequentTag(text, complete, xmlRows)
    if (rowTag === undefined) return []
    const rows: string[] = []
    for (const node of tolerant(xmlRows([text], rowTag, complete), complete)) {
      if (rows.push(JSON.stringify(toPlain(node))) === rowsMax) break
    }
    return rows.length === 0 ? [] : [{ kind: 'xml', place, rowTag, rows }]
  })
}

type XmlRows = (pieces: Iterable<string>, rowTag: string, complete: boolean) => Generator<XmlNode>

function frequentTag(text: string, complete: boolean, xmlRows: XmlRows): string | undefined {
  const root = /<([A-Za-z_][\w.:-]*)/.exec(
    text.replace(/<!--[\s\S]*?-->|<![^>]*>|<\?[\s\S]*?\?>/g, ''),
  )?.[1]
  if (root === undefined) return undefined
  if (complete) {
    for (const node of xmlRows([text], root, true)) {
      const [first] = [...node.children].toSorted(([, a], [, b]) => b.length - a.length)
      return first?.[0]
    }
    return undefined
  }
  // Of a head that is cut off the root has no end: its first element tells.
  return /<[^>]*>\s*<([A-Za-z_][\w.:-]*)[\s/>]/.exec(text.slice(text.indexOf(`<${root}`)))?.[1]
}

/** The end of a head that was cut off is no fault. */
function* tolerant(rows: Generator<XmlNode>, complete: boolean): Generator<XmlNode> {
  try {
    yield* rows
  } catch (error) {
    if (complete) throw error
  }
}

type Plain = string | null | readonly Plain[] | { readonly [name: string]: Plain }

function toPlain(node: XmlNode): Plain {
  const text = node.text.trim()
  const attributes = Object.entries(node.attributes).map(([name, value]) => [`_${name}`, value])
  if (attributes.length === 0 && node.children.size === 0) return text === '' ? null : text
  const children = [...node.children].map(([name, nodes]) => [
    name,
    nodes.length === 1 ? toPlain(nodes[0]!) : nodes.map(toPlain),
  ])
  const own = text === '' || node.children.size > 0 ? [] : [['_value', text]]
  return Object.fromEntries([...attributes, ...children, ...own]) as Plain
}
