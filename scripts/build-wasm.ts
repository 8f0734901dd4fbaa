// Compiles every folder `assembly` under src (AssemblyScript) to a WebAssembly module, and writes it beside the folder as
// `assembly.generated.ts`. The compiler is a development dependency: who only builds or runs takes what is committed.
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { main as compileModule } from 'assemblyscript/asc'

const root = join(import.meta.dirname, '..')

const options = [
  '--runtime',
  'stub',
  '--optimizeLevel',
  '3',
  '--shrinkLevel',
  '0',
  '--noAssert',
  '--disableWarning',
  '112',
  '--enable',
  'simd',
]

/** Path and text of what each folder becomes. */
export async function generatedModules(): Promise<readonly (readonly [string, string])[]> {
  const entries = globSync('src/**/assembly/index.ts', { cwd: root }).toSorted()
  return Promise.all(
    entries.map(async (entry): Promise<readonly [string, string]> => {
      const folder = dirname(entry)
      return [`${folder}.generated.ts`, moduleText(folder, await compile(entry))]
    }),
  )
}

async function compile(entry: string): Promise<Uint8Array> {
  const folder = mkdtempSync(join(tmpdir(), 'boathouse-wasm-'))
  try {
    const outFile = join(folder, 'module.wasm')
    const args = [entry, '--baseDir', root, '--outFile', outFile, ...options]
    const { error, stderr } = await compileModule(args)
    if (error) throw new Error(`${entry} does not compile: ${error.message}\n${stderr.toString()}`)
    return readFileSync(outFile)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function moduleText(folder: string, bytes: Uint8Array): string {
  return [
    `// Made of ${folder} by 'npm run wasm': do not edit.`,
    '',
    '/** A WebAssembly module in base64. */',
    'export const wasm =',
    `  '${Buffer.from(bytes).toString('base64')}'`,
    '',
  ].join('\n')
}

if (import.meta.main) {
  try {
    for (const [path, text] of await generatedModules()) writeFileSync(join(root, path), text)
  } catch (error) {
    // Uncaught, it would come with the compiler's own text, which is one line of megabytes.
    process.stderr.write(`${(error as Error).message}\n`)
    process.exitCode = 1
  }
}
