import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { crc32 } from 'node:zlib'
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api'
import { writeCsv } from './write-csv.ts'

let folder: string
let instance: DuckDBInstance
let connection: DuckDBConnection
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'boathouse-csv-'))
  instance = await DuckDBInstance.create(':memory:', { threads: '2' })
  connection = await instance.connect()
})
after(async () => {
  connection.closeSync()
  instance.closeSync()
  await rm(folder, { recursive: true })
})

async function csv(sql: string, inlineBytesMax = 0, header = ''): Promise<string> {
  const path = join(folder, 'own.csv')
  await rm(path, { force: true })
  const result = await connection.stream(sql)
  const written = await writeCsv(result, { header, path, inlineBytesMax })
  if ('text' in written) {
    await assert.rejects(readFile(path), { code: 'ENOENT' })
    return written.text
  }
  const bytes = await readFile(path)
  assert.equal(written.sizeBytes, bytes.length)
  assert.equal(written.crc, crc32(bytes))
  return bytes.toString()
}

/** The same by the engine. */
async function copied(sql: string): Promise<string> {
  const path = join(folder, 'engine.csv')
  const options = `FORMAT csv, HEADER false, DELIMITER ',', QUOTE '"', ESCAPE '"', FORCE_QUOTE *, NULLSTR ''`
  await connection.run(`COPY (${sql}) TO '${path}' (${options})`)
  return readFile(path, 'utf8')
}

async function isTheEngines(sql: string): Promise<void> {
  const [own, engine] = [await csv(sql), await copied(sql)]
  // A difference of megabytes is not printed.
  assert.ok(own === engine, sql)
}

describe('results as CSV', () => {
  it('are those of the engine: whole numbers, booleans, NULL', async () => {
    const numbers = (type: string, bits: number) =>
      `CASE WHEN i % 5 > 0 THEN CAST((hash(i, ${bits}) >> ${64 - bits}) >> CAST(hash(i) % ${bits} AS INTEGER) AS ${type}) * (CASE WHEN i % 2 = 0 THEN 1 ELSE -1 END)::${type} END`
    await isTheEngines(
      `SELECT ${numbers('TINYINT', 7)}, ${numbers('SMALLINT', 15)}, ${numbers('INTEGER', 31)}, ${numbers('BIGINT', 63)},
         CASE WHEN i % 3 > 0 THEN i % 7 = 0 END FROM range(50000) AS x(i)`,
    )
    await isTheEngines(
      `SELECT a, b, c, d FROM (VALUES ((-128)::TINYINT, (-32768)::SMALLINT, (-2147483648)::INTEGER, (-9223372036854775808)::BIGINT),
         (127, 32767, 2147483647, 9223372036854775807), (0, 0, 0, 0), (NULL, NULL, NULL, NULL)) AS x(a, b, c, d)`,
    )
    // All powers of ten and their neighbours.
    await isTheEngines(
      'SELECT CAST(10::HUGEINT ** i AS HUGEINT)::BIGINT + j FROM range(19) AS x(i), range(-2, 3) AS y(j) ORDER BY ALL',
    )
    await isTheEngines('SELECT NULL::VARCHAR FROM range(3000)')
    await isTheEngines('SELECT 1 WHERE false')
  })

  it('are those of the engine: texts of any length, with quotes anywhere, wherever the engine keeps them', async () => {
    const text = (seed: number) =>
      `CASE WHEN hash(i, ${seed}) % 9 > 0 THEN translate(left(repeat(CAST(hash(i, ${seed}) AS VARCHAR), 9), CAST(hash(${seed}, i) % 120 AS INTEGER)), '1234', '"é,' || chr(10)) END`
    await isTheEngines(`SELECT ${text(1)}, i, ${text(2)}, ${text(3)} FROM range(30000) AS x(i)`)
    const path = join(folder, 'texts.parquet')
    await connection.run(
      `COPY (SELECT i, ${text(4)} AS many, 'one of a few, "' || (hash(i) % 97) || '"' AS few, repeat(chr(97 + CAST(i % 26 AS INTEGER)), CAST(hash(i) % 3000 AS INTEGER)) AS long
         FROM range(12000) AS x(i)) TO '${path}' (FORMAT parquet, ROW_GROUP_SIZE 6144)`,
    )
    const from = `FROM read_parquet('${path}')`
    await isTheEngines(`SELECT many, few ${from}`)
    await isTheEngines(`SELECT few, long ${from}`)
    await isTheEngines(`SELECT many, few, long ${from} WHERE hash(i) % 50 = 0`)
    await isTheEngines(`SELECT long, many ${from} ORDER BY hash(i)`)
    await isTheEngines(`SELECT DISTINCT few ${from} ORDER BY 1`)
    // A value and a chunk of more than is copied at once.
    await isTheEngines(`SELECT repeat('"x', 4500000 + i::INTEGER), i FROM range(2) AS x(i)`)
    await isTheEngines(`SELECT repeat('y"', 20000 + i::INTEGER) FROM range(300) AS x(i)`)
  })

  it('are those of the engine: texts of every length to 40, a quote at every place of them', async () => {
    const text = `repeat('a', p::INTEGER) || '"' || repeat('é', (n - p)::INTEGER)`
    await isTheEngines(
      `SELECT repeat('b', n::INTEGER) AS plain, ${text} AS quoted, repeat('"', n::INTEGER) AS quotes FROM range(41) AS x(n), range(41) AS y(p) WHERE p <= n ORDER BY n, p`,
    )
  })

  it('are those of the engine: constants, few values, none that are not NULL, chunks of no row', async () => {
    for (const value of [
      "'of twelve: x'",
      "'of thirteen: x'",
      "''",
      '7',
      'true',
      'NULL::VARCHAR',
    ]) {
      await isTheEngines(`SELECT ${value} AS a, i FROM range(5000) AS x(i)`)
      await isTheEngines(
        `SELECT CASE WHEN i > 4000 THEN ${value} END AS a FROM range(5000) AS x(i)`,
      )
    }
    await isTheEngines(
      `SELECT 'a text of more than twelve' AS a, i FROM range(300000) AS x(i) WHERE i % 99999 = 7`,
    )
    await isTheEngines(
      `SELECT unnest(['x', NULL, 'a text of more than twelve', '']) AS a, i FROM range(3000) AS x(i)`,
    )
    await isTheEngines(`SELECT a, b FROM (SELECT i, repeat('c', (i % 20)::INTEGER) AS a FROM range(3000) AS x(i)) LEFT JOIN
      (SELECT i * 3 AS i, repeat('"d', (i % 20)::INTEGER) AS b FROM range(700) AS x(i)) USING (i) ORDER BY i`)
  })

  it('are those of the engine: tables of random columns', async () => {
    const random = (below: number) => Math.floor(Math.random() * below)
    const columns = [
      (s: number) => `hash(i, ${s}) % 2 = 0`,
      (s: number) => `((hash(i, ${s}) % 256)::INTEGER - 128)::TINYINT`,
      (s: number) => `((hash(i, ${s}) % 65536)::INTEGER - 32768)::SMALLINT`,
      (s: number) => `((hash(i, ${s}) % 4294967296)::BIGINT - 2147483648)::INTEGER`,
      (s: number) => `(hash(i, ${s})::HUGEINT - 9223372036854775808)::BIGINT`,
      (s: number) => `repeat('"x,é' || i, (hash(i, ${s}) % 5)::INTEGER)`,
      (s: number) => `left(md5((i % 50)::VARCHAR), (hash(i, ${s}) % 20)::INTEGER)`,
    ]
    for (let table = 0; table < 25; table += 1) {
      const items = Array.from({ length: 1 + random(8) }, () => {
        const [seed, present] = [random(1e6), random(5)]
        const value = columns[random(columns.length)]!(seed)
        return present === 0
          ? value
          : `CASE WHEN hash(${seed}, i) % 5 < ${present} THEN ${value} END`
      })
      await isTheEngines(`SELECT ${items.map((item, at) => `${item} AS c${at}`).join(', ')}
        FROM range(${random(9000)}) AS x(i) WHERE hash(i) % ${1 + random(20)} = 0`)
    }
  })

  it("are Java's: doubles, whatever their bits", async () => {
    const random = Array.from({ length: 20_000 }, () => {
      const bits =
        (BigInt(Math.floor(Math.random() * 2 ** 32)) << 32n) +
        BigInt(Math.floor(Math.random() * 2 ** 32))
      return new Float64Array(new BigUint64Array([bits]).buffer)[0]!
    })
    const shaped = Array.from({ length: 20_000 }, (_, index) => {
      const digits = Math.floor(Math.random() * 10 ** (1 + (index % 16)))
      return (index % 2 === 0 ? digits : -digits) * 10 ** ((index % 40) - 20)
    })
    const powers = Array.from({ length: 2098 }, (_, index) => 2 ** (index - 1074))
    // Where the shortest text has one digit, Java looks for the nearest of two.
    const values = [...random, ...shaped, ...powers].filter((value) => Math.abs(value) > 2e-322)
    const near = [1e-3, 1e7, 2 ** 53, 1e21, 1e22, 1e23].flatMap((value) => [
      value,
      value * (1 - 2 ** -53),
      value * (1 + 2 ** -52),
      value + 1,
      value - 1,
    ])
    const all = [...values, ...near, -0, 0, 1, 0.1, 100, 1234567, 9999999.999999998]
    await connection.run('CREATE OR REPLACE TABLE doubles(x DOUBLE)')
    const appender = await connection.createAppender('doubles')
    for (const value of all) {
      appender.appendDouble(value)
      appender.endRow()
    }
    appender.closeSync()
    const lines = (await csv('SELECT x FROM doubles')).split('\n')
    assert.equal(lines.length, all.length + 1)
    for (const [index, value] of all.entries()) assert.equal(lines[index], `"${javaText(value)}"`)
  })

  /** https://docs.oracle.com/en/java/javase/21/docs/api/java.base/java/lang/Double.html#toString(double) */
  it("are Java's: the least doubles, and what is no number", async () => {
    const least =
      '4.9E-324 9.9E-324 1.5E-323 2.0E-323 2.5E-323 3.0E-323 3.5E-323 4.0E-323 4.4E-323 4.9E-323'
    const values = Array.from({ length: 10 }, (_, index) => `${index + 1} * 5e-324`)
    const sql = `SELECT unnest([${values.join(', ')}, 'NaN'::DOUBLE, 'Infinity'::DOUBLE, '-Infinity'::DOUBLE, 1.7976931348623157e308, 2.2250738585072014e-308])`
    assert.equal(
      await csv(sql),
      [
        ...least.split(' '),
        'NaN',
        'Infinity',
        '-Infinity',
        '1.7976931348623157E308',
        '2.2250738585072014E-308',
      ]
        .map((text) => `"${text}"\n`)
        .join(''),
    )
  })

  it('stay in memory when they are short, header included, and are a file when they are not', async () => {
    const rows = (count: number) => `SELECT 'é' FROM range(${count})`
    assert.equal(await csv(rows(2), 14, '"a"\n'), '"a"\n"é"\n"é"\n')
    assert.equal(await csv(rows(2), 13, '"a"\n'), '"a"\n"é"\n"é"\n')
    assert.equal(await csv('SELECT 1 WHERE false', 4, '"a"\n'), '"a"\n')
    const long = await csv(rows(200_000), 128 * 1024)
    assert.ok(long === '"é"\n'.repeat(200_000))
  })

  it('fail with the query, and for types that are not written', async () => {
    await assert.rejects(
      csv(`SELECT CASE WHEN range < 99999 THEN 1 ELSE error('no more') END FROM range(100000)`),
      /no more/,
    )
    await assert.rejects(csv('SELECT 1::HUGEINT'), /HUGEINT is not written/)
  })
})

function javaText(value: number): string {
  if (Number.isNaN(value)) return 'NaN'
  const sign = value < 0 || Object.is(value, -0) ? '-' : ''
  if (!Number.isFinite(value)) return `${sign}Infinity`
  if (value === 0) return `${sign}0.0`
  const [significand, exponent] = Math.abs(value).toExponential().split('e')
  const digits = significand!.replace('.', '')
  const point = Number(exponent) + 1
  if (point > 7 || point <= -3) {
    return `${sign}${digits[0]}.${digits.slice(1) || '0'}E${point - 1}`
  }
  if (point <= 0) return `${sign}0.${'0'.repeat(-point)}${digits}`
  const filled = digits.padEnd(point + 1, '0')
  return `${sign}${filled.slice(0, point)}.${filled.slice(point)}`
}
