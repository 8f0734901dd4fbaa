import { type ByteSource, piecesOf } from '../byte-source.ts'
import { type Batch, BatchBuilder, type FileField } from '../field-type.ts'
import { xmlRows } from './rows.ts'
import { xmlValues } from './xml-values.ts'

/** The rows of an XML file: one for each element of this name. */
export function* xmlBatches(
  source: ByteSource,
  rowTag: string,
  columns: readonly FileField[],
): Generator<Batch> {
  const builder = new BatchBuilder(columns.length)
  for (const node of xmlRows(textsOf(source), rowTag)) {
    const full = builder.add(xmlValues(node, columns))
    if (full) yield full
  }
  const rest = builder.take()
  if (rest) yield rest
}

function* textsOf(source: ByteSource): Generator<string> {
  const decoder = new TextDecoder('utf-8')
  for (const piece of piecesOf(source)) yield decoder.decode(piece, { stream: true })
  yield decoder.decode()
}
