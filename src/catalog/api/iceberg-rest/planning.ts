import {
  chooseSnapshot,
  currentSchema,
  jsonOfValue,
  parseFilter,
  parseLocation,
  parsePrimitive,
  partitionJson,
  planAppends,
  planScan,
  snapshotsBetween,
  type ContentFile,
  type PlannedFile,
  type Schema,
  type TableMetadata,
} from '#catalog/tables'
import { parseBigJson, stringifyBigJson } from '#kit'
import { RestError, type RestRequest } from '#protocol/iceberg-rest'
import { asRecord } from './body.ts'
import type { IcebergRestContext } from './context.ts'
import { tableOf } from './refs.ts'

/** Files told in one answer; a scan of more comes as tasks, each of so many. */
export const filesPerTask = 2_000

/** What is to be planned. It is all that a plan or a task is: nothing is kept on the server between two requests. */
export interface PlanInput {
  /** Undefined for the table's current one at the time of the request, and for a table without any. */
  readonly snapshotId: bigint | undefined
  /** Only what was appended after another snapshot (undefined: ever), up to this one. */
  readonly appendedAfter?: { readonly snapshotId: bigint | undefined }
  readonly filter: unknown
  readonly caseSensitive: boolean
  readonly useSnapshotSchema: boolean
  /** Columns whose statistics are told. */
  readonly statsFields: readonly string[]
  /** The part of the files that a task is: from and how many. */
  readonly part?: readonly [from: number, count: number]
}

/** A plan's or a task's name: what it says is checked again when it comes back. */
export function tokenOf(input: PlanInput): string {
  return Buffer.from(stringifyBigJson(input)).toString('base64url')
}

/** Errors: 404 for what this server did not give. */
export function fromToken(token: string, type: 'plan-id' | 'plan-task'): PlanInput {
  try {
    const input = asRecord(parseBigJson(Buffer.from(token, 'base64url').toString()), 'plan')
    const id = input['snapshotId']
    const part = input['part'] as readonly number[] | undefined
    const after = input['appendedAfter'] as { readonly snapshotId?: bigint | number } | undefined
    const isPart =
      part === undefined ||
      (part.length === 2 && part.every((value) => Number.isSafeInteger(value) && value >= 0))
    if (!Array.isArray(input['statsFields']) || !isPart) throw new Error('wrong')
    return {
      snapshotId: bigOf(id),
      filter: input['filter'],
      caseSensitive: input['caseSensitive'] !== false,
      useSnapshotSchema: input['useSnapshotSchema'] === true,
      statsFields: (input['statsFields'] as readonly unknown[]).map(String),
      ...(after === undefined ? {} : { appendedAfter: { snapshotId: bigOf(after.snapshotId) } }),
      ...(part === undefined ? {} : { part: [part[0]!, part[1]!] }),
    }
  } catch {
    const name = type === 'plan-id' ? 'NoSuchPlanIdException' : 'NoSuchPlanTaskException'
    throw new RestError(name, 404, `This is no ${type} of this server`)
  }
}

function bigOf(value: unknown): bigint | undefined {
  return value === undefined || value === null ? undefined : BigInt(value as bigint | number)
}

export interface Planned {
  readonly metadata: TableMetadata
  readonly schema: Schema
  readonly input: PlanInput
  readonly files: readonly PlannedFile[]
}

/** Loads the table of the path, for a caller who may read it, and plans. */
export async function plan(
  request: RestRequest,
  ctx: IcebergRestContext,
  given: PlanInput,
): Promise<Planned> {
  const ref = tableOf(request)
  await request.authorize('glue', 'GetTable', { DatabaseName: ref.database, Name: ref.table })
  const { metadata } = await ctx.tables.load(ref)
  // Names of files, partition values and bounds tell of what is in them.
  const { bucket, key } = parseLocation(metadata.location)
  const Key = key === '' ? '*' : `${key.replace(/\/+$/, '')}/*`
  await request.authorize('s3', 'GetObject', { Bucket: bucket, Key })
  const snapshot = chooseSnapshot(
    metadata,
    given.snapshotId === undefined ? undefined : { snapshotId: given.snapshotId },
  )
  const schema = given.useSnapshotSchema
    ? (metadata.schemas.find((other) => other['schema-id'] === snapshot?.['schema-id']) ??
      currentSchema(metadata))
    : currentSchema(metadata)
  const filter =
    given.filter === undefined || given.filter === null
      ? undefined
      : parseFilter(given.filter, schema, { caseSensitive: given.caseSensitive })
  const source = ctx.manifests.sourceFor(ref.accountId)
  const what = { metadata, source, ...(filter ? { filter } : {}) }
  const after = given.appendedAfter
  const { files } =
    after && snapshot
      ? await planAppends({
          ...what,
          snapshots: snapshotsBetween(metadata, after.snapshotId, snapshot['snapshot-id']),
        })
      : await planScan({ ...what, snapshot })
  const input = snapshot ? { ...given, snapshotId: snapshot['snapshot-id'] } : given
  return { metadata, schema, input, files }
}

/** `file-scan-tasks` and `delete-files` of the specification, for some of the files. */
export function scanTasks(
  { metadata, schema, input }: Planned,
  files: readonly PlannedFile[],
): { readonly 'file-scan-tasks': readonly unknown[]; readonly 'delete-files': readonly unknown[] } {
  const deletes = new Map<string, number>()
  const deleteFiles: unknown[] = []
  const wanted = statsIds(schema, input.statsFields)
  const referenceOf = (file: ContentFile): number => {
    const key = `${file.path}#${file.contentOffset ?? ''}`
    let at = deletes.get(key)
    if (at === undefined) {
      at = deleteFiles.push(fileJson(metadata, schema, file, wanted)) - 1
      deletes.set(key, at)
    }
    return at
  }
  const tasks = files.map((planned) => ({
    'data-file': fileJson(metadata, schema, planned.file, wanted),
    ...(planned.deletes.length === 0
      ? {}
      : { 'delete-file-references': planned.deletes.map(({ file }) => referenceOf(file)) }),
    ...(input.filter === undefined ? {} : { 'residual-filter': input.filter }),
  }))
  return { 'file-scan-tasks': tasks, 'delete-files': deleteFiles }
}

function statsIds(schema: Schema, names: readonly string[]): ReadonlySet<number> {
  const wanted = new Set(names)
  return new Set(schema.fields.filter(({ name }) => wanted.has(name)).map(({ id }) => id))
}

/** `ContentFile` */
function fileJson(
  metadata: TableMetadata,
  schema: Schema,
  file: ContentFile,
  wanted: ReadonlySet<number>,
): object {
  const { metrics } = file
  const counts = (map: ReadonlyMap<number, number>) => {
    const kept = [...map].filter(([id]) => wanted.has(id))
    return kept.length === 0
      ? undefined
      : { keys: kept.map(([id]) => id), values: kept.map(([, count]) => count) }
  }
  const bounds = (map: ReadonlyMap<number, Buffer>) => {
    const kept = [...map].flatMap(([id, bytes]) => {
      const type = schema.fields.find((field) => field.id === id)?.type
      if (!wanted.has(id) || typeof type !== 'string') return []
      return [[id, jsonOfValue(parsePrimitive(type), bytes)] as const]
    })
    return kept.length === 0
      ? undefined
      : { keys: kept.map(([id]) => id), values: kept.map(([, value]) => value) }
  }
  return {
    'spec-id': file.specId,
    partition: partitionJson(metadata, file),
    content: file.content,
    'file-path': file.path,
    'file-format': file.format,
    'file-size-in-bytes': file.sizeBytes,
    'record-count': file.recordCount,
    'split-offsets': file.splitOffsets,
    'sort-order-id': file.sortOrderId,
    'first-row-id': file.firstRowId,
    'equality-ids': file.equalityIds,
    'referenced-data-file': file.referencedDataFile,
    'content-offset': file.contentOffset,
    'content-size-in-bytes': file.contentSizeBytes,
    'column-sizes': counts(metrics.columnSizes),
    'value-counts': counts(metrics.valueCounts),
    'null-value-counts': counts(metrics.nullCounts),
    'nan-value-counts': counts(metrics.nanCounts),
    'lower-bounds': bounds(metrics.lowerBounds),
    'upper-bounds': bounds(metrics.upperBounds),
  }
}
