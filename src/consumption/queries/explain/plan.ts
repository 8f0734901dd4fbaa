/** A step of a plan: what it does, and what is known of it. */
export interface PlanNode {
  readonly id: string
  readonly name: string
  /** What the step works with: conditions, groups, order. */
  readonly descriptor: Readonly<Record<string, string>>
  readonly estimatedRows: number | undefined
  /** Measured by EXPLAIN ANALYZE. */
  readonly measured: { readonly cpuMs: number; readonly rows: number } | undefined
  readonly children: readonly PlanNode[]
}

/** A node as the engine's EXPLAIN writes it, with or without figures. */
interface EngineNode {
  readonly name?: string
  readonly operator_name?: string
  readonly operator_timing?: number
  readonly operator_cardinality?: number
  readonly extra_info?: Readonly<Record<string, string | readonly string[]>>
  readonly children?: readonly EngineNode[]
}

const names: Readonly<Record<string, string>> = {
  PROJECTION: 'Project',
  FILTER: 'Filter',
  HASH_GROUP_BY: 'Aggregate',
  PERFECT_HASH_GROUP_BY: 'Aggregate',
  UNGROUPED_AGGREGATE: 'Aggregate',
  STREAMING_WINDOW: 'Window',
  WINDOW: 'Window',
  ORDER_BY: 'Sort',
  TOP_N: 'TopN',
  LIMIT: 'Limit',
  STREAMING_LIMIT: 'Limit',
  UNION: 'Union',
  UNNEST: 'Unnest',
  INOUT_FUNCTION: 'Unnest',
  CROSS_PRODUCT: 'CrossJoin',
  COLUMN_DATA_SCAN: 'Values',
  DUMMY_SCAN: 'Values',
  EMPTY_RESULT: 'Values',
  CHUNK_SCAN: 'Values',
  DELIM_SCAN: 'Values',
  SAMPLE: 'Sample',
  CTE: 'With',
  CTE_SCAN: 'WithScan',
}
/** What may be told; other keys hold paths of this machine or say nothing. */
const told = [
  'Conditions',
  'Filters',
  'Groups',
  'Aggregates',
  'Order By',
  'Top',
  'Expressions',
  'Expression',
]

/** The engine's plan with the names that Trino gives such steps. */
export function planOf(json: string): PlanNode {
  const parsed = JSON.parse(json) as EngineNode | readonly EngineNode[]
  let root = (Array.isArray(parsed) ? parsed[0] : parsed) as EngineNode
  // Above the plan itself stand the statement and EXPLAIN ANALYZE.
  while (
    (root.operator_name ?? root.name ?? 'EXPLAIN_ANALYZE') === 'EXPLAIN_ANALYZE' &&
    root.children?.[0]
  ) {
    root = root.children[0]
  }
  let count = 0
  const convert = (node: EngineNode): PlanNode => {
    const id = String(count++)
    const engineName = (node.operator_name ?? node.name ?? '').trim()
    const info = node.extra_info ?? {}
    const text = (key: string) => [info[key] ?? []].flat().join(', ')
    const descriptor = Object.fromEntries(
      told
        .map(
          (key) =>
            [
              key.replaceAll(' ', '').replace(/^./, (letter) => letter.toLowerCase()),
              text(key),
            ] as const,
        )
        .filter(([, value]) => value !== '' && !value.includes('/')),
    )
    const timing = node.operator_timing
    return {
      id,
      name: nameOf(engineName, text('Join Type')),
      descriptor,
      estimatedRows: info['Estimated Cardinality']
        ? Number(text('Estimated Cardinality'))
        : undefined,
      measured:
        timing === undefined
          ? undefined
          : { cpuMs: timing * 1_000, rows: node.operator_cardinality ?? 0 },
      children: (node.children ?? []).map(convert),
    }
  }
  return convert(root)
}

function nameOf(engineName: string, join: string): string {
  if (engineName.endsWith('JOIN')) {
    const kind = join.toLowerCase() || 'inner'
    return `${kind[0]!.toUpperCase()}${kind.slice(1)}Join`
  }
  if (/SCAN|READ_|PARQUET|CSV|JSON/.test(engineName) && !names[engineName]) return 'TableScan'
  const words = engineName.toLowerCase().split('_')
  return (
    names[engineName] ?? words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('')
  )
}
