// Compiles src into dist with the TypeScript compiler, and removes what a deleted source left there.
// With `--if-stale` it does nothing when dist was built from exactly these sources.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..')
const stampPath = join(root, 'dist', '.built-from')

function main(): number {
  const fingerprint = fingerprintOfSources()
  const builtFrom = existsSync(stampPath) ? readFileSync(stampPath, 'utf8') : ''
  if (process.argv.includes('--if-stale') && builtFrom === fingerprint) return 0

  process.stdout.write('Building …\n')
  rmSync(stampPath, { force: true })
  mkdirSync(join(root, 'dist'), { recursive: true })
  const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc')
  const compiled = spawnSync(process.execPath, [compiler, '-p', 'tsconfig.build.json'], {
    cwd: root,
    stdio: 'inherit',
  })
  if (compiled.status !== 0) {
    process.stderr.write('The build failed: the compiler says why above.\n')
    return compiled.status ?? 1
  }
  removeOrphans()
  writeFileSync(stampPath, fingerprint)
  return 0
}

/** One hash over everything that the result of the build depends on. */
function fingerprintOfSources(): string {
  const inputs = [
    'tsconfig.json',
    'tsconfig.build.json',
    'package-lock.json',
    ...globSync('src/**/*.{ts,json}', { cwd: root }).toSorted(),
  ]
  const hash = createHash('sha256')
  for (const path of inputs) {
    hash.update(`${path}\0`)
    hash.update(readFileSync(join(root, path)))
  }
  return hash.digest('hex')
}

function removeOrphans(): void {
  for (const built of globSync('dist/**/*.{js,js.map}', { cwd: root })) {
    const stem = built.replace(/\.js(\.map)?$/, '').replace(/^dist/, 'src')
    if (!existsSync(join(root, `${stem}.ts`))) rmSync(join(root, built))
  }
}

process.exitCode = main()
