// Compiles src into dist with the TypeScript compiler, removes what a deleted source left there, and
// bundles the result into dist/run, which is what runs: see docs/internals/start-up.md.
// With `--if-stale` it does nothing when dist was built from exactly these sources.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { buildSync } from 'esbuild'

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
  bundle()
  writeFileSync(stampPath, fingerprint)
  return 0
}

/** One hash over everything that the result of the build depends on. */
function fingerprintOfSources(): string {
  const inputs = [
    'tsconfig.json',
    'tsconfig.build.json',
    'package-lock.json',
    'scripts/build.ts',
    ...globSync('src/**/*.{ts,json}', { cwd: root }).toSorted(),
  ]
  const hash = createHash('sha256')
  for (const path of inputs) {
    hash.update(`${path}\0`)
    hash.update(readFileSync(join(root, path)))
  }
  return hash.digest('hex')
}

/**
 * Few files start faster, and take less memory, than many. All lie in one flat folder, so that a thread or a child process
 * that is found by its path beside `import.meta.url` is there whatever file the code went to.
 */
function bundle(): void {
  const { dependencies, optionalDependencies } = JSON.parse(
    readFileSync(join(root, 'package.json'), 'utf8'),
  ) as Readonly<Record<'dependencies' | 'optionalDependencies', Record<string, string>>>
  const outdir = join(root, 'dist', 'run')
  rmSync(outdir, { recursive: true, force: true })
  buildSync({
    absWorkingDir: root,
    // What is started by its path: the program, threads, child processes.
    entryPoints: globSync('dist/**/{main,*-thread,*-main}.js', {
      cwd: root,
      exclude: ['dist/run/**'],
    }),
    entryNames: '[name]',
    outdir,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    // Kysely is hundreds of files; the other packages stay where they are, one copy for everybody who uses them.
    external: Object.keys({ ...dependencies, ...optionalDependencies })
      .filter((name) => name !== 'kysely')
      .flatMap((name) => [name, `${name}/*`]),
    sourcemap: true,
    legalComments: 'linked',
    logLevel: 'warning',
  })
}

function removeOrphans(): void {
  for (const built of globSync('dist/**/*.{js,js.map}', { cwd: root, exclude: ['dist/run/**'] })) {
    const stem = built.replace(/\.js(\.map)?$/, '').replace(/^dist/, 'src')
    if (!existsSync(join(root, `${stem}.ts`))) rmSync(join(root, built))
  }
}

process.exitCode = main()
