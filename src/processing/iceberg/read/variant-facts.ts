import type { QueryEngine } from '#processing/engine'
import type { VariantFileType } from './file-schema.ts'
import { fileList, quoteText } from './sql.ts'
import { type TaskFile, nameOf, taskInputs } from './task-file.ts'

/** What the schema of a file does not tell of its variants, by their paths. */
export type VariantFacts = Readonly<Record<string, Pick<VariantFileType, 'bare' | 'nulls'>>>

/**
 * Finds out whether variants are annotated, and what a NULL of the engine is there. It gives NULL for a value that is not there and for one
 * that holds null alike; the first have no metadata, which the statistics of the file count. Where these leave it open, the NULLs are counted
 * once. Files by their names in the task.
 */
export async function variantFacts(
  engine: QueryEngine,
  files: readonly TaskFile[],
  variants: readonly VariantFileType[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, VariantFacts>> {
  const types = await engine.run(
    { ...taskInputs(files), statements: [typesSql(files, variants)] },
    signal,
  )
  const bare = new Set(
    types.rows
      .filter(([, , type]) => type !== 'VARIANT')
      .map(([name, at]) => `${String(name)} ${String(at)}`),
  )
  const statistics = await engine.run(
    { ...taskInputs(files), statements: [statisticsSql(files, variants)] },
    signal,
  )
  const told = new Map(
    statistics.rows.map(([path, leaf, missing, isOpen]) => [
      `${nameOf(String(path))} ${String(leaf)}`,
      { missing: missing === null ? undefined : Number(missing), isOpen: Boolean(isOpen) },
    ]),
  )
  const facts = new Map<string, VariantFacts>()
  for (const file of files) {
    const own: Record<string, VariantFacts[string]> = {}
    for (const [at, variant] of variants.entries()) {
      const missing = told.get(`${file.name} ${variant.path}, metadata`)?.missing
      const mayHoldNull = told.get(`${file.name} ${variant.path}, value`)?.isOpen ?? true
      const isBare = bare.has(`${file.name} ${at}`)
      const nulls = isBare
        ? 'sql'
        : (nullsBy(missing, mayHoldNull) ??
          (await countedNulls(engine, file, variant, missing!, signal)))
      own[variant.path] = { bare: isBare, nulls }
    }
    facts.set(file.name, own)
  }
  return facts
}

function nullsBy(
  missing: number | undefined,
  mayHoldNull: boolean,
): VariantFileType['nulls'] | undefined {
  if (!mayHoldNull) return 'sql'
  if (missing === 0) return 'variant'
  return missing === undefined ? 'both' : undefined
}

async function countedNulls(
  engine: QueryEngine,
  file: TaskFile,
  { sample, repeated }: VariantFileType,
  missing: number,
  signal: AbortSignal,
): Promise<VariantFileType['nulls']> {
  if (repeated) return 'both'
  const sql = `SELECT count(*) FROM read_parquet(${fileList([file.name])}, hive_partitioning = false) WHERE ${sample} IS NULL`
  const { rows } = await engine.run({ ...taskInputs([file]), statements: [sql] }, signal)
  return Number(rows[0]![0]) === missing ? 'sql' : 'both'
}

/** Rows: a file's name, the place of a variant, and the engine's type for it. */
function typesSql(files: readonly TaskFile[], variants: readonly VariantFileType[]): string {
  const items = variants.map(({ sample }, at) => `${sample} AS v${at}`).join(', ')
  const selects = files.map(
    ({ name }) =>
      `SELECT ${quoteText(name)}, substr(column_name, 2), column_type
       FROM (DESCRIBE SELECT ${items} FROM read_parquet(${fileList([name])}, hive_partitioning = false))`,
  )
  return selects.join(' UNION ALL ')
}

/** Rows: a file's path, a leaf's, how many values it has not, and whether one of them may be the variant null, which is the byte zero. */
function statisticsSql(files: readonly TaskFile[], variants: readonly VariantFileType[]): string {
  const leaves = variants.flatMap(({ path }) => [`${path}, metadata`, `${path}, value`])
  return `SELECT file_name, path_in_schema,
      CASE WHEN bool_and(stats_null_count IS NOT NULL) THEN sum(stats_null_count) END,
      bool_or(stats_null_count IS DISTINCT FROM num_values AND coalesce(stats_min_value = '\\x00', true))
    FROM parquet_metadata(${fileList(files.map(({ name }) => name))})
    WHERE path_in_schema IN (${leaves.map(quoteText).join(', ')}) GROUP BY 1, 2`
}
