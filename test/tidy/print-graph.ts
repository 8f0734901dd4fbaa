// Writes test/tidy/module-graph.ts from the source as it is. Look at the difference before you commit it.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { graphOf, printGraph } from './graph.ts'
import { loadSources, root } from './source.ts'

const path = join(root, 'test', 'tidy', 'module-graph.ts')
writeFileSync(path, printGraph(graphOf(loadSources('src/**/*.ts'))))
process.stdout.write(`wrote ${path}\n`)
