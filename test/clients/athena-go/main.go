// A database/sql driver for Athena as it comes, on the AWS SDK for Go v1, which no variable leads elsewhere: Athena's own
// name leads to the lake here, as a resolver's entry and a proxy would have it.
package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	driver "github.com/uber/athenadriver/go"
)

func main() {
	if err := run(context.Background(), os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println("ok")
}

func run(ctx context.Context, bucket, database string) error {
	if err := leadTo(os.Getenv("AWS_ENDPOINT_URL")); err != nil {
		return err
	}
	config, err := driver.NewDefaultConfig("s3://"+bucket+"/results/", os.Getenv("AWS_REGION"),
		os.Getenv("AWS_ACCESS_KEY_ID"), os.Getenv("AWS_SECRET_ACCESS_KEY"))
	if err != nil {
		return err
	}
	config.SetDB(database)
	db, err := sql.Open(driver.DriverName, config.Stringify())
	if err != nil {
		return err
	}
	defer db.Close()
	if err := db.PingContext(ctx); err != nil {
		return fmt.Errorf("ping: %w", err)
	}
	for _, step := range []func(context.Context, *sql.DB, string) error{tables, types, parameters, pages, failures} {
		if err := step(ctx, db, bucket); err != nil {
			return err
		}
	}
	return nil
}

// leadTo sends every request to the endpoint, with the name of the host that it was signed for.
func leadTo(endpoint string) error {
	parsed, err := url.Parse(endpoint)
	if err != nil {
		return err
	}
	http.DefaultClient.Transport = elsewhere{endpoint: parsed}
	return nil
}

type elsewhere struct{ endpoint *url.URL }

func (to elsewhere) RoundTrip(request *http.Request) (*http.Response, error) {
	led := request.Clone(request.Context())
	led.Host = request.URL.Host
	led.URL.Scheme, led.URL.Host = to.endpoint.Scheme, to.endpoint.Host
	return http.DefaultTransport.RoundTrip(led)
}

func tables(ctx context.Context, db *sql.DB, bucket string) error {
	statement := fmt.Sprintf(`CREATE TABLE sales WITH (format = 'PARQUET', external_location = 's3://%s/sales/') AS
		SELECT * FROM (VALUES (1, 'a', 1.5E0), (2, 'ü', 2.5E0)) AS t (id, word, price)`, bucket)
	if _, err := db.ExecContext(ctx, statement); err != nil {
		return fmt.Errorf("create table: %w", err)
	}
	rows, err := db.QueryContext(ctx, "SHOW TABLES")
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return err
		}
		if name != "sales" {
			return fmt.Errorf("SHOW TABLES gave %s", name)
		}
	}
	return rows.Err()
}

func types(ctx context.Context, db *sql.DB, _ string) error {
	var (
		count  int64
		total  float64
		word   string
		flag   bool
		day    time.Time
		absent sql.NullString
	)
	row := db.QueryRowContext(ctx, `SELECT count(*), sum(price), max(word), true, DATE '2024-05-01', max(CASE WHEN id > 9 THEN word END) FROM sales`)
	if err := row.Scan(&count, &total, &word, &flag, &day, &absent); err != nil {
		return fmt.Errorf("scan: %w", err)
	}
	if count != 2 || total != 4 || word != "ü" || !flag || day.Format("2006-01-02") != "2024-05-01" {
		return fmt.Errorf("got %d %f %s %t %s", count, total, word, flag, day)
	}
	return nil
}

func parameters(ctx context.Context, db *sql.DB, _ string) error {
	var id int
	if err := db.QueryRowContext(ctx, "SELECT id FROM sales WHERE word = ?", "ü").Scan(&id); err != nil {
		return fmt.Errorf("parameters: %w", err)
	}
	if id != 2 {
		return fmt.Errorf("a parameter found %d", id)
	}
	return nil
}

func pages(ctx context.Context, db *sql.DB, _ string) error {
	rows, err := db.QueryContext(ctx, "SELECT n FROM UNNEST(sequence(1, 2500)) AS t (n) ORDER BY n")
	if err != nil {
		return err
	}
	defer rows.Close()
	count := 0
	for rows.Next() {
		var n int
		if err := rows.Scan(&n); err != nil {
			return err
		}
		count++
		if n != count {
			return fmt.Errorf("row %d is %d", count, n)
		}
	}
	if count != 2500 {
		return fmt.Errorf("%d rows came", count)
	}
	return rows.Err()
}

func failures(ctx context.Context, db *sql.DB, _ string) error {
	var value int
	err := db.QueryRowContext(ctx, "SELECT nothing FROM sales").Scan(&value)
	if err == nil || !strings.Contains(err.Error(), "COLUMN_NOT_FOUND") {
		return fmt.Errorf("a column that is not there: %w", errors.Join(err))
	}
	return nil
}
