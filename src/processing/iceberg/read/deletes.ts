import { createWriteStream } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { type ContentFile, parseLocation, readDeletionVector } from '#catalog/tables'
import { collect, uuid } from '#kit'
import { IcebergErrors } from '../errors.ts'
import { columnById, identified, identityValues, sourceOf } from './columns.ts'
import { type FileToLink, type LinkParts, linkFiles } from './link-files.ts'
import { decoding, encodingOf, formatOf, rowsOf } from './formats.ts'
import type { FileGroup, ReadParts, ReadRequest } from './read-files.ts'
import { readable, replaceIn } from './readable.ts'
import { fileList, quoteText } from './sql.ts'
import type { TaskFile } from './task-file.ts'

const vectorBytesMax = 1024 * 1024 * 1024

/**
 * SQL for the rows that are deleted by position, as `name` of the file in the task and `pos`; undefined when there are none.
 * https://iceberg.apache.org/spec/#position-delete-files, https://iceberg.apache.org/spec/#deletion-vectors
 */
export async function positionDeletes(
  request: ReadRequest,
  linked: readonly TaskFile[],
  parts: ReadParts,
): Promise<string | undefined> {
  const selects: string[] = []
  const files = new Map<string, ContentFile>()
  const vectors: { at: number; file: ContentFile }[] = []
  const named: number[] = []
  for (const [at, planned] of request.files.entries()) {
    let isNamed = false
    for (const { file } of planned.deletes) {
      if (file.content !== 'position-deletes') continue
      if (file.format === 'puffin') vectors.push({ at, file })
      else {
        files.set(file.path, file)
        isNamed = true
      }
    }
    if (isNamed) named.push(at)
  }
  if (files.size > 0) {
    const deleted = await positionRows(request.id, [...files.values()], parts)
    const names = named.map(
      (at) => `(${quoteText(linked[at]!.uri)}, ${quoteText(`{in}/${linked[at]!.name}`)})`,
    )
    selects.push(
      `SELECT m.name, d.pos FROM ${deleted} AS d
       JOIN (VALUES ${names.join(', ')}) AS m(uri, name) ON m.uri = d.file_path`,
    )
  }
  if (vectors.length > 0) {
    const name = await vectorFile(request.id, vectors, parts)
    const names = vectors.map(({ at }) => `(${at}, ${quoteText(`{in}/${linked[at]!.name}`)})`)
    selects.push(
      `SELECT m.name, v.pos FROM read_csv(${fileList([name])}, header = false, auto_detect = false,
         columns = {'file': 'INTEGER', 'pos': 'BIGINT'}) AS v
       JOIN (VALUES ${names.join(', ')}) AS m(file, name) ON m.file = v.file`,
    )
  }
  return selects.length > 0 ? `(${selects.join(' UNION ALL ')})` : undefined
}

/** The rows of position delete files in FROM: `file_path` and `pos`. Errors: those of `linkFiles`, `DataFileUnsupported`. */
export async function positionRows(
  id: string,
  files: readonly ContentFile[],
  parts: LinkParts,
): Promise<string> {
  const linked = await linkFiles(toLink(id, 'p', files), parts)
  const kinds = Map.groupBy(linked, (file) => encodingOf(file)?.kind)
  const selects = [...kinds.values()].map((alike) => {
    const encoding = encodingOf(alike[0]!)
    const readable = encoding
      ? alike.map((file) =>
          replaceIn(parts.files, file, decoding(file, encoding, positionColumns, plainRows)),
        )
      : alike
    const [path, position] = encoding ? ['f0', 'f1'] : ['file_path', 'pos']
    const rows = rowsOf(readable, { file: false, position: false })
    return `SELECT ${path} AS file_path, ${position} AS pos FROM ${rows}`
  })
  return `(${selects.join(' UNION ALL ')})`
}

const plainRows = { numbered: false }
/** https://iceberg.apache.org/spec/#position-delete-files */
const positionColumns = [
  { name: 'file_path', type: { kind: 'string' } },
  { name: 'pos', type: { kind: 'int64' } },
] as const

function toLink(id: string, kind: string, files: readonly ContentFile[]): FileToLink[] {
  return files.map((file, at) => ({
    location: file.path,
    name: `${id}/${kind}${at}.${formatOf(file)}`,
    sizeBytes: file.sizeBytes,
  }))
}

/** The positions of deletion vectors, as lines that the engine reads: the data file's number and the position. */
async function vectorFile(
  id: string,
  vectors: readonly { readonly at: number; readonly file: ContentFile }[],
  parts: ReadParts,
): Promise<string> {
  const path = join(parts.objects.temporaryFolder, `vectors-${uuid()}.csv`)
  parts.held.defer(() => rm(path, { force: true }))
  const name = `${id}/vectors.csv`
  await pipeline(Readable.from(vectorLines(vectors, parts)), createWriteStream(path))
  // What it is made of, so that who compares reads sees another vector.
  const uri = vectors.map(({ file }) => `${file.path}#${file.contentOffset}`).join(' ')
  parts.files.push({ name, path, uri, sizeBytes: 0 })
  return name
}

async function* vectorLines(
  vectors: readonly { readonly at: number; readonly file: ContentFile }[],
  parts: ReadParts,
): AsyncGenerator<string> {
  for (const { at, file } of vectors) {
    parts.signal.throwIfAborted()
    const blob = await readVectorBlob(file, parts)
    let lines = ''
    for (const position of readDeletionVector(blob, file.path)) {
      lines += `${at},${position}\n`
      if (lines.length < 65_536) continue
      yield lines
      lines = ''
    }
    yield lines
  }
}

/** The bytes of a deletion vector. Error: `DataFileUnreadable`. */
export async function readVectorBlob(
  file: ContentFile,
  { objects, accountId }: Pick<LinkParts, 'objects' | 'accountId'>,
): Promise<Buffer> {
  const { contentOffset: start, contentSizeBytes: length } = file
  if (start === undefined || length === undefined || length > vectorBytesMax) {
    throw broken(file, 'its manifest does not say where it lies')
  }
  const range = { start, end: start + length - 1 }
  return collect(await objects.read({ accountId, ...parseLocation(file.path) }, range), length)
}

function broken(file: ContentFile, why: string): Error {
  return IcebergErrors.DataFileUnreadable(
    `The deletion vector in ${file.path} cannot be read: ${why}`,
    { file: file.path },
  )
}

/**
 * Joins that leave out rows which equality deletes name, one for each set of columns that they compare. All files of the group
 * have the same ones. https://iceberg.apache.org/spec/#equality-delete-files
 */
export async function equalityJoins(
  request: ReadRequest,
  group: FileGroup,
  parts: ReadParts,
): Promise<readonly string[]> {
  const deletes = group.files[0]!.planned.deletes.filter(
    ({ file }) => file.content === 'equality-deletes',
  )
  const bySet = new Map<string, ContentFile[]>()
  for (const { file } of deletes) {
    const key = (file.equalityIds ?? []).toSorted((a, b) => a - b).join()
    bySet.set(key, [...(bySet.get(key) ?? []), file])
  }
  const joins: string[] = []
  for (const [key, files] of bySet) {
    const ids = key.split(',').map(Number)
    const alias = `q${joins.length}`
    const rows = await equalityRows(request, ids, files, `${group.files[0]!.at}-${alias}`, parts)
    const conditions = ids.map(
      (id) => `${columnOf(request, group, id)} IS NOT DISTINCT FROM ${alias}.k${id}`,
    )
    joins.push(`ANTI JOIN (${rows}) AS ${alias} ON ${conditions.join(' AND ')}`)
  }
  return joins
}

async function equalityRows(
  request: ReadRequest,
  ids: readonly number[],
  files: readonly ContentFile[],
  kind: string,
  parts: ReadParts,
): Promise<string> {
  const linked = await linkFiles(toLink(request.id, `e${kind}-`, files), parts)
  const schemas = await parts.schemas.of(linked, parts.signal)
  const groups = Map.groupBy(linked, (_, at) => schemas[at]!)
  const selects = [...groups].map(([known, alike]) => {
    const schema = identified(known.fields, request.metadata) ?? []
    const rows = readable(known, schema, alike, { ids: new Set(ids), numbered: false }, parts)
    const items = ids.map((id) => {
      const column = columnIn(request, id, files[0]!)
      const source = sourceOf(column, rows.schema, new Set(), {})
      if (source.kind !== 'sql' || !schema.some((field) => field.id === id)) {
        throw broken(files[0]!, `it has no column of the field id ${id}`)
      }
      return `${source.sql} AS k${id}`
    })
    const from = rowsOf(rows.files, { file: false, position: false })
    return `SELECT ${items.join(', ')} FROM ${from} AS s`
  })
  return selects.join(' UNION ALL ')
}

/** A compared column's value in the data files of the group. */
function columnOf(request: ReadRequest, group: FileGroup, id: number): string {
  const { file, deletes } = group.files[0]!.planned
  const column = columnIn(request, id, deletes[0]!.file)
  const identities = new Set(identityValues(request.metadata, file.specId, []).keys())
  const source = sourceOf(column, group.schema, identities, {})
  if (source.kind === 'sql') return source.sql
  throw IcebergErrors.DataFileUnsupported(
    `Equality deletes of ${file.path} compare column ${column.name}, which does not stand in the file as the table says`,
    { file: file.path },
  )
}

function columnIn({ metadata }: ReadRequest, id: number, file: ContentFile) {
  const column = columnById(metadata, id)
  if (column) return column
  throw IcebergErrors.DataFileUnsupported(
    `The equality deletes in ${file.path} compare the field ${id}, which is no column of the table`,
    { file: file.path },
  )
}
