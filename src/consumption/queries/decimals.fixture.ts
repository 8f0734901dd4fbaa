import type { QueryCase } from './query-shapes.fixture.ts'

const large =
  "(VALUES (decimal '9999999999999.99', decimal '99999999999999.99', decimal '99999999999999999.9')) AS t(x, y, b)"
const prices =
  "(VALUES (decimal '10.50', decimal '0.10'), (decimal '20.00', decimal '0.25'), (NULL, decimal '0.10')) AS t(x, d)"

/** Results that 64 bits hold, and such that they do not. https://trino.io/docs/current/functions/decimal.html */
export const decimalCases: readonly QueryCase[] = [
  [
    `SELECT x * y, typeof(x * y) FROM ${large}`,
    [['999999999999998900000000000.0001', 'decimal(31,4)']],
  ],
  [`SELECT b + b, typeof(b + b) FROM ${large}`, [['199999999999999999.8', 'decimal(19,1)']]],
  [`SELECT b - (-b), typeof(b - b) FROM ${large}`, [['199999999999999999.8', 'decimal(19,1)']]],
  [
    `SELECT sum(x * y), avg(x * y), max(x * y) FROM ${large}`,
    [
      [
        '999999999999998900000000000.0001',
        '999999999999998900000000000.0001',
        '999999999999998900000000000.0001',
      ],
    ],
  ],
  [
    `SELECT sum(x * y - x * y), sum(x * y + x * y), sum(x * y * 2) FROM ${large}`,
    [['0.0000', '1999999999999997800000000000.0002', '1999999999999997800000000000.0002']],
  ],
  [
    `SELECT x * y FROM ${large} WHERE x * y > 5 AND TRY(x * y) IS NOT NULL`,
    [['999999999999998900000000000.0001']],
  ],
  [
    `SELECT sum(x * (1 - d)), avg(x * (1 - d)), count(x * (1 - d)), typeof(1 - d) FROM ${prices} GROUP BY typeof(1 - d)`,
    [['24.4500', '12.2250', '2', 'decimal(13,2)']],
  ],
  [
    `SELECT sum(DISTINCT x * x), sum(x * d) FILTER (WHERE d < 0.2), sum(x * (1 - d) * (1 + d)) FROM ${prices}`,
    [['510.2500', '1.0500', '29.145000']],
  ],
  [
    `SELECT avg(a), avg(-a), avg(b), avg(c) FROM
      (VALUES (decimal '0.01', decimal '99999999999999999999.99', decimal '1'), (decimal '0.02', decimal '99999999999999999999.98', decimal '2')) AS t(a, b, c)`,
    [['0.02', '-0.02', '99999999999999999999.99', '2']],
  ],
  [
    `SELECT a / b, -a / b, a / c, c / b, a / nullif(b, b) FROM (VALUES (decimal '1.00', decimal '8.00', decimal '999999999999999.99')) AS t(a, b, c)`,
    [['0.13', '-0.13', '0.00', '125000000000000.00', null]],
  ],
  // Halves, and what stands beside them by one, of dividends that doubles hold and that they do not.
  [
    `SELECT n, avg(x) FROM (VALUES (1, decimal '4999999999999.99'), (1, decimal '5000000000000.00'), (2, decimal '-4999999999999.99'), (2, decimal '-4999999999999.98'), (3, NULL),
      (4, decimal '49999999999999.99'), (4, decimal '50000000000000.00')) AS t(n, x) GROUP BY n ORDER BY n`,
    [
      ['1', '5000000000000.00'],
      ['2', '-4999999999999.99'],
      ['3', null],
      ['4', '50000000000000.00'],
    ],
  ],
  // Doubles as results show them: https://docs.oracle.com/en/java/javase/21/docs/api/java.base/java/lang/Double.html#toString(double)
  [
    `SELECT x FROM (VALUES 1e-3, 9.99e-4, 1e7, 9999999e0, 9999999.5e0, -1e-3, -9999999e0, -1e7, 0e0, 123456.789e0, nan(), infinity(), NULL) AS t(x)`,
    [
      ['0.001'],
      ['9.99E-4'],
      ['1.0E7'],
      ['9999999.0'],
      ['9999999.5'],
      ['-0.001'],
      ['-9999999.0'],
      ['-1.0E7'],
      ['0.0'],
      ['123456.789'],
      ['NaN'],
      ['Infinity'],
      [null],
    ],
  ],
]
