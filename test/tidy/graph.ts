import { isTest, moduleOf, resolveImport, type SourceFile } from './source.ts'

/** Module -> the modules it imports, both sorted. The composition root is left out. */
export type Graph = Readonly<Record<string, readonly string[]>>

/** The graph that the imports of the source make (type imports too: they bind designs together). */
export function graphOf(files: readonly SourceFile[]): Graph {
  const edges = new Map<string, Set<string>>()
  for (const file of files) {
    const from = moduleOf(file.path)
    if (isTest(file) || from === 'root') continue
    const targets = edges.get(from) ?? new Set<string>()
    edges.set(from, targets)
    for (const { specifier } of file.imports) {
      const target = resolveImport(file, specifier)
      if (target !== undefined && moduleOf(target) !== from) targets.add(moduleOf(target))
    }
  }
  return Object.fromEntries(
    [...edges].toSorted(byName).map(([from, targets]) => [from, [...targets].toSorted()]),
  )
}

/** What the source has and the declaration lacks, and the other way round. */
export function differences(declared: Graph, actual: Graph): string[] {
  const lines: string[] = []
  for (const from of new Set([...Object.keys(declared), ...Object.keys(actual)])) {
    const before = new Set(declared[from])
    const now = new Set(actual[from])
    if (actual[from] === undefined) lines.push(`- ${from}: declared, but there is no such module`)
    if (declared[from] === undefined) lines.push(`+ ${from}: a module that is not declared`)
    for (const to of now)
      if (!before.has(to)) lines.push(`+ ${from} -> ${to}: in the source, not declared`)
    for (const to of before)
      if (!now.has(to)) lines.push(`- ${from} -> ${to}: declared, not in the source`)
  }
  return lines
}

/** One cycle as a list of modules that ends where it begins, or undefined. */
export function cycleIn(graph: Graph): readonly string[] | undefined {
  const done = new Set<string>()
  const visit = (module: string, path: readonly string[]): readonly string[] | undefined => {
    const start = path.indexOf(module)
    if (start !== -1) return [...path.slice(start), module]
    if (done.has(module)) return undefined
    for (const next of graph[module] ?? []) {
      const cycle = visit(next, [...path, module])
      if (cycle) return cycle
    }
    done.add(module)
    return undefined
  }
  for (const module of Object.keys(graph)) {
    const cycle = visit(module, [])
    if (cycle) return cycle
  }
  return undefined
}

/** The graph as the text of `module-graph.ts`. */
export function printGraph(graph: Graph): string {
  const lines = Object.entries(graph).map(([from, targets]) => {
    const list = targets.map((target) => `'${target}'`).join(', ')
    const line = `  ${/^\w+$/.test(from) ? from : `'${from}'`}: [${list}],`
    if (line.length <= 100) return line
    const key = line.slice(0, line.indexOf('[') + 1)
    return `${key}\n${targets.map((target) => `    '${target}',`).join('\n')}\n  ],`
  })
  return `import type { Graph } from './graph.ts'

/**
 * Which module imports which: the map of the architecture. The source must match it exactly, so
 * that a new edge is a decision that a reader sees. \`bin/node24 test/tidy/print-graph.ts\` writes it anew.
 */
export const moduleGraph: Graph = {
${lines.join('\n')}
}
`
}

function byName([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : 1
}
