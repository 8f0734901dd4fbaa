import type { PlanNode } from './plan.ts'

/** A table that the query reads, as far as planning has found out. */
export interface PlannedSource {
  readonly table: string
  readonly files: number
  readonly sizeBytes: number
  /** Keys of partitions that conditions stand on. */
  readonly constrainedKeys: readonly string[]
}

export interface Plan {
  readonly columns: readonly { readonly name: string; readonly type: string }[]
  readonly sources: readonly PlannedSource[]
  readonly root: PlanNode
  readonly distributed: boolean
  /** Of EXPLAIN ANALYZE. */
  readonly totals?: { readonly elapsedMs: number; readonly rows: number }
}

/** Lines as Trino's EXPLAIN writes them. The engine has one stage, so there is one fragment. */
export function textLines(plan: Plan): readonly string[] {
  const lines: string[] = []
  const { columns, sources, root, totals } = plan
  if (totals) lines.push(`Elapsed: ${milliseconds(totals.elapsedMs)}, Output: ${totals.rows} rows`)
  if (plan.distributed) lines.push('Fragment 0 [SINGLE]')
  const pad = plan.distributed ? '    ' : ''
  const names = columns.map((column) => column.name).join(', ')
  lines.push(`${pad}Output[columnNames = [${names}]]`)
  lines.push(`${pad}│   Layout: [${columns.map(({ name, type }) => `${name}:${type}`).join(', ')}]`)
  const visit = (node: PlanNode, prefix: string, last: boolean) => {
    const details = Object.entries(node.descriptor).map(([key, value]) => `${key} = [${value}]`)
    lines.push(`${prefix}${last ? '└─' : '├─'} ${node.name}[${details.join(', ')}]`)
    const below = `${prefix}${last ? '   ' : '│  '}`
    const bar = node.children.length > 0 ? '│   ' : '    '
    if (node.estimatedRows !== undefined)
      lines.push(`${below}${bar}Estimates: {rows: ${node.estimatedRows}}`)
    if (node.measured) {
      const { cpuMs, rows } = node.measured
      lines.push(`${below}${bar}CPU: ${milliseconds(cpuMs)}, Output: ${rows} rows`)
    }
    for (const [index, child] of node.children.entries()) {
      visit(child, below, index === node.children.length - 1)
    }
  }
  visit(root, pad, true)
  for (const { table, files, sizeBytes, constrainedKeys } of sources) {
    const constrained =
      constrainedKeys.length > 0 ? `, constraint on [${constrainedKeys.join(', ')}]` : ''
    lines.push(`${pad}Source: ${table}, ${files} files, ${sizeBytes} bytes${constrained}`)
  }
  return lines
}

/** The tree as JSON, in the form of Trino's. */
export function jsonLines(plan: Plan): readonly string[] {
  const outputs = plan.columns.map(({ name, type }) => ({ symbol: name, type }))
  const convert = (node: PlanNode): object => ({
    id: node.id,
    name: node.name,
    descriptor: node.descriptor,
    outputs: [],
    details: node.measured
      ? [`CPU: ${milliseconds(node.measured.cpuMs)}, Output: ${node.measured.rows} rows`]
      : [],
    estimates: node.estimatedRows === undefined ? [] : [{ outputRowCount: node.estimatedRows }],
    children: node.children.map(convert),
  })
  const descriptor = { columnNames: `[${plan.columns.map((column) => column.name).join(', ')}]` }
  const output = { id: 'output', name: 'Output', descriptor, outputs, details: [], estimates: [] }
  const root = { ...output, children: [convert(plan.root)] }
  return JSON.stringify(plan.distributed ? { 0: root } : root, undefined, 2).split('\n')
}

export function graphvizLines(plan: Plan): readonly string[] {
  const quoted = (text: string) => text.replaceAll(/["\\{}|<>]/g, (sign) => `\\${sign}`)
  const nodes: string[] = []
  const edges: string[] = []
  const visit = (node: PlanNode) => {
    const details = Object.values(node.descriptor).join(' ')
    nodes.push(
      `plannode_${node.id}[label="{${node.name}|${quoted(details)}}", style="rounded, filled", shape=record];`,
    )
    for (const child of node.children) {
      edges.push(`plannode_${node.id} -> plannode_${child.id};`)
      visit(child)
    }
  }
  visit(plan.root)
  const names = plan.columns.map((column) => column.name).join(', ')
  nodes.unshift(
    `plannode_output[label="{Output[${quoted(names)}]}", style="rounded, filled", shape=record];`,
  )
  edges.unshift(`plannode_output -> plannode_${plan.root.id};`)
  const name = plan.distributed ? 'distributed_plan' : 'logical_plan'
  return [
    `digraph ${name} {`,
    'subgraph cluster_0 {',
    'label = "SINGLE"',
    ...nodes,
    '}',
    ...edges,
    '}',
  ]
}

function milliseconds(value: number): string {
  return `${value.toFixed(2)}ms`
}
