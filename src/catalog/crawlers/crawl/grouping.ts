import type { Configuration } from '../configuration.ts'
import type { FileSchema } from './file-schema.ts'
import { mergeAlike, type Inference } from './inference.ts'
import { foldersWithFiles, type FileInfo, type Folder } from './tree.ts'

/** A folder of files, all of one partition; of a table without partitions, the table's own. */
export interface Leaf {
  readonly folder: Folder
  /** Undefined when its files were not among those read. */
  readonly schema: FileSchema | undefined
}

/** Data that makes one table. */
export interface Group {
  readonly folder: Folder
  /** Set when the table is this one file. */
  readonly file?: FileInfo
  /** Folder levels between the table and its leaves: its partition keys. */
  readonly depth: number
  readonly schema: FileSchema
  readonly leaves: readonly Leaf[]
}

export interface GroupingOptions {
  readonly inference: Inference
  readonly configuration: Configuration
  readonly sampleSize: number | undefined
  readonly onNote: (note: string) => void
}

/** Leaf folders read in one crawl of a target; the others are taken to be like them. */
const foldersRead = 1_000
/** Files read in one folder when the target does not say. */
const sampleSizeDefault = 10

type Found = Omit<Group, 'schema'> & { readonly schema: FileSchema | undefined }

/**
 * Which folders become tables: folders whose data is alike at the same depth become partitions of one table
 * at the folder above. https://docs.aws.amazon.com/glue/latest/dg/crawler-s3-folder-table-partition.html
 */
export async function groupFolders(
  root: Folder,
  options: GroupingOptions,
): Promise<readonly Group[]> {
  const all = [...foldersWithFiles(root)]
  const step = Math.max(1, all.length / foldersRead)
  const read = new Set(all.filter((_, index) => Math.floor(index % step) === 0))
  const last = all.at(-1)
  if (last) read.add(last)
  const found = await group(root, { ...options, read })
  const groups: Group[] = []
  for (const one of found) {
    const schema = one.schema ?? (await readFolder(one.leaves[0]!.folder, options))
    if (schema) groups.push({ ...one, schema })
  }
  return groups
}

interface Context extends GroupingOptions {
  readonly read: ReadonlySet<Folder>
}

async function group(folder: Folder, context: Context): Promise<readonly Found[]> {
  const own = folder.fileCount > 0 ? await groupFiles(folder, context) : []
  const children = [...folder.children.values()]
  const below: (readonly Found[])[] = []
  for (const child of children) below.push(await group(child, context))
  const flat = below.flat()
  if (flat.length === 0) return own
  const { tableLevel } = context.configuration
  const level = folder.path.split('/').length
  if (tableLevel !== undefined && level < tableLevel) return [...own, ...flat]
  const forced = tableLevel !== undefined
  if (own.length > 0)
    return own.length === 1 ? joinMixed(folder, own[0]!, flat, context) : [...own, ...flat]
  return joinChildren(folder, flat, forced, context)
}

/** The files directly in a folder: one table when they are alike, else one each. */
async function groupFiles(folder: Folder, context: Context): Promise<readonly Found[]> {
  if (!context.read.has(folder)) {
    return [{ folder, depth: 0, schema: undefined, leaves: [{ folder, schema: undefined }] }]
  }
  const schemas = await context.inference.read(sampleFiles(folder, context.sampleSize))
  if (schemas.size === 0) return []
  const onlyForm = context.configuration.combineCompatible
  const schema = mergeAlike([...schemas.values()], { onlyForm })
  if (schema) return [{ folder, depth: 0, schema, leaves: [{ folder, schema }] }]
  return [...schemas].map(([file, own]) => ({
    folder,
    file,
    depth: 0,
    schema: own,
    leaves: [{ folder, schema: own }],
  }))
}

async function readFolder(
  folder: Folder,
  options: GroupingOptions,
): Promise<FileSchema | undefined> {
  const schemas = await options.inference.read(sampleFiles(folder, options.sampleSize))
  return mergeAlike([...schemas.values()], { onlyForm: true })
}

function sampleFiles(folder: Folder, sampleSize = sampleSizeDefault): readonly FileInfo[] {
  const { files } = folder
  if (files.length <= sampleSize) return files
  return [...files.slice(0, sampleSize - 1), files.at(-1)!]
}

/** Files beside folders: one table without partitions when all is alike. */
function joinMixed(
  folder: Folder,
  own: Found,
  below: readonly Found[],
  context: Context,
): readonly Found[] {
  const schema = merge([own, ...below], context.configuration.combineCompatible)
  if (!schema || own.file) return [own, ...below]
  return [{ folder, depth: 0, schema, leaves: [{ folder, schema }] }]
}

function joinChildren(
  folder: Folder,
  below: readonly Found[],
  forced: boolean,
  context: Context,
): readonly Found[] {
  const named = isPartitioned(folder)
  // One folder alone says nothing of its level, unless its name does.
  if (!named && !forced && folder.children.size < 2) return below
  const direct = below.filter((one) => !one.file && isChild(folder, one.folder))
  const kept = named || forced ? largestAlike(direct) : direct
  if (kept.length < below.length && !named && !forced) return below
  const depth = kept[0]?.depth ?? 0
  if (kept.length === 0 || kept.some((one) => one.depth !== depth)) return below
  const schema = merge(kept, named || forced || context.configuration.combineCompatible)
  if (!schema && kept.some((one) => one.schema)) return below
  for (const left of below.filter((one) => !kept.includes(one)))
    context.onNote(`${left.folder.path} does not fit the table at ${folder.path} and was left out`)
  const leaves = kept.flatMap((one) => one.leaves)
  return [{ folder, depth: depth + 1, schema, leaves }]
}

/** Of groups under one partitioned folder, the most that agree in form and depth. */
function largestAlike(groups: readonly Found[]): readonly Found[] {
  const known = groups.filter((one) => one.schema)
  let best: readonly Found[] = []
  for (const seed of known) {
    if (best.includes(seed)) continue
    const alike = groups.filter(
      (one) =>
        one.depth === seed.depth &&
        (!one.schema || mergeAlike([seed.schema!, one.schema], { onlyForm: true })),
    )
    if (alike.length > best.length) best = alike
    if (best.length * 2 > groups.length) break
  }
  return known.length === 0 ? groups : best
}

function merge(groups: readonly Found[], onlyForm: boolean): FileSchema | undefined {
  const schemas = groups.map((one) => one.schema).filter((schema) => schema !== undefined)
  return mergeAlike(schemas, { onlyForm })
}

function isChild(parent: Folder, folder: Folder): boolean {
  return parent.children.get(folder.name) === folder
}

/** Do the names below speak of partitions: `key=value`, numbers or dates? */
function isPartitioned(folder: Folder): boolean {
  const names = [...folder.children.keys()]
  return (
    names.every((name) => /^[^=]+=/.test(name)) || names.every((name) => /^\d[\d-]*$/.test(name))
  )
}
