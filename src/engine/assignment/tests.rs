//! One table of ways to write an assignment.

use super::{Style, read};

fn value_of(text: &str) -> Option<(&str, Style)> {
    let at = text.to_lowercase().find("password")?;
    let assigned = read(text.as_bytes(), at..at + 8)?;
    Some((&text[assigned.value], assigned.style))
}

#[test]
fn values_are_found_in_the_syntax_of_many_languages() {
    use Style::*;
    let cases: &[(&str, Option<(&str, Style)>)] = &[
        (r#"password = "s3cr3t!x""#, Some(("s3cr3t!x", Quoted))),
        (r#"let password: &str = "s3cr3t!x";"#, Some(("s3cr3t!x", Quoted))),
        (r#"{"password": "s3cr3t!x"}"#, Some(("s3cr3t!x", Quoted))),
        (r#"{\"password\":\"s3cr3t!x\"}"#, Some(("s3cr3t!x", Quoted))),
        (r#"'password' => 's3cr3t!x',"#, Some(("s3cr3t!x", Quoted))),
        (r#"define('DB_PASSWORD', 's3cr3t!x');"#, Some(("s3cr3t!x", Quoted))),
        (r#"os.environ.get("PASSWORD", "s3cr3t!x")"#, Some(("s3cr3t!x", Quoted))),
        (r#"config["password"] = 's3cr3t!x'"#, Some(("s3cr3t!x", Quoted))),
        (r#"user.setPassword("s3cr3t!x")"#, Some(("s3cr3t!x", Quoted))),
        (r#"<password>s3cr3t!x</password>"#, Some(("s3cr3t!x", Quoted))),
        (r#"<add key="Password" value="s3cr3t!x"/>"#, Some(("s3cr3t!x", Quoted))),
        (r#"password := "s3cr3t!x""#, Some(("s3cr3t!x", Quoted))),
        (r#"password = String::from("s3cr3t!x")"#, Some(("s3cr3t!x", Quoted))),
        (r#"ALTER USER a WITH PASSWORD 's3cr3t!x';"#, Some(("s3cr3t!x", Quoted))),
        ("DB_PASSWORD=s3cr3t!x\n", Some(("s3cr3t!x", Line))),
        ("export DB_PASSWORD=s3cr3t!x", Some(("s3cr3t!x", Line))),
        ("  password: s3cr3t!x\n", Some(("s3cr3t!x", Line))),
        ("  password: s3cr3t!x # the database\n", Some(("s3cr3t!x", Line))),
        (r#"["user", "password", "s3cr3t!x"]"#, Some(("s3cr3t!x", Listed))),
        (r#"page.fill('#password', 's3cr3t!x')"#, Some(("s3cr3t!x", Quoted))),
        (r#"set :password, "s3cr3t!x""#, Some(("s3cr3t!x", Quoted))),
        ("tool --password s3cr3t!x --verbose", Some(("s3cr3t!x", Line))),
        ("curl --password s3cr3t!x https://x", Some(("s3cr3t!x", Code))),
        ("ENV PASSWORD s3cr3t!x", Some(("s3cr3t!x", Line))),
        ("Server=db;Password=s3cr3t!x;Timeout=3", Some(("s3cr3t!x", Line))),
        ("password = s3cr3t!x", Some(("s3cr3t!x", Code))),
        ("x=${PASSWORD:-s3cr3t!x}", Some(("s3cr3t!x", Line))),
        ("x=${PASSWORD:+s3cr3t!x}", None),
        ("def f(a, password=None):", Some(("None", Code))),
        (r#"char password[32] = "s3cr3t!x";"#, Some(("s3cr3t!x", Quoted))),
        (r#"var password string = "s3cr3t!x""#, Some(("s3cr3t!x", Quoted))),
        (r#"Dim password As String = "s3cr3t!x""#, Some(("s3cr3t!x", Quoted))),
        (r#"password <- "s3cr3t!x""#, Some(("s3cr3t!x", Quoted))),
        ("password = (\n    \"s3cr3t!x\"\n)", Some(("s3cr3t!x", Quoted))),
        (r#"passwords = ["s3cr3t!x", "other"]"#, Some(("s3cr3t!x", Quoted))),
        (r#"password = ["s3cr3t!x", "other"]"#, Some(("s3cr3t!x", Quoted))),
        (r#"std::string password{"s3cr3t!x"};"#, Some(("s3cr3t!x", Quoted))),
        (r#"os.environ.get("PASSWORD") or "s3cr3t!x""#, Some(("s3cr3t!x", Quoted))),
        (r#"config("PASSWORD", default="s3cr3t!x")"#, Some(("s3cr3t!x", Quoted))),
        ("- name: DB_PASSWORD\n  value: s3cr3t!x\n", Some(("s3cr3t!x", Line))),
        ("- name: DB_PASSWORD\n  value: \"s3cr3t!x\"\n", Some(("s3cr3t!x", Quoted))),
        ("- name: DB_PASSWORD\n  valueFrom:\n    secretKeyRef: {}\n", None),
        ("- name: DB_PASSWORD\n- name: value\n  value: x\n", None),
        (r#"{"name": "password", "type": "plain", "value": "s3cr3t!x"}"#, Some(("s3cr3t!x", Quoted))),
        ("<key>password</key>\n<string>s3cr3t!x</string>", Some(("s3cr3t!x", Quoted))),
        ("<name>db.password</name>\n  <value>s3cr3t!x</value>", Some(("s3cr3t!x", Quoted))),
        (r#"<input name="password" class="a" value="s3cr3t!x">"#, Some(("s3cr3t!x", Quoted))),
        (r#"{"value": "s3cr3t!x", "name": "password"}"#, Some(("s3cr3t!x", Quoted))),
        ("- value: s3cr3t!x\n  name: password\n", Some(("s3cr3t!x", Line))),
        (r#"{"name": "a", "value": "x"}, {"name": "password"}"#, None),
        (r#""password":{"sensitive":true,"type":"string","value":"s3cr3t!x"}"#, Some(("s3cr3t!x", Quoted))),
        (r#""password":{"type":"string","value":"s3cr3t!x"}"#, Some(("s3cr3t!x", Quoted))),
        ("<AdminPassword><Value>s3cr3t!x</Value></AdminPassword>", Some(("s3cr3t!x", Quoted))),
        ("INSERT INTO u (id, name, password, mail) VALUES (1, 'bob', 's3cr3t!x', 'x');", Some(("s3cr3t!x", Quoted))),
        ("insert into `u` (`id`,`password`)\nvalues (1,'s3cr3t!x'),(2,'y')", Some(("s3cr3t!x", Quoted))),
        ("INSERT INTO u (name, password) VALUES ('a, b', N's3cr3t!x')", Some(("s3cr3t!x", Quoted))),
        ("INSERT INTO u (name, password) VALUES (?, ?)", None),
        ("SELECT name, password FROM u WHERE a IN ('x')", None),
        ("PasswordSecrets::Aes128Gcm { key }", None),
        ("let password: Seed<'_> = other", None),
        ("variable \"password\" {\n  type = string\n  default = \"s3cr3t!x\"\n}", Some(("s3cr3t!x", Quoted))),
        ("password:\n  Type: String\n  Default: s3cr3t!x\n", Some(("s3cr3t!x", Line))),
        ("password: >-\n  s3cr3t!x\n", Some(("s3cr3t!x", Line))),
        ("x: ${password:s3cr3t!x}", Some(("s3cr3t!x", Line))),
        ("[db]\nhost = x\npassword = s3cr3t\n", Some(("s3cr3t", Line))),
        ("password s3cr3t!x\n", Some(("s3cr3t!x", Prose))),
        ("the password is s3cr3t!x.", Some(("s3cr3t!x", Prose))),
        ("the password for the admin account is s3cr3t!x", Some(("s3cr3t!x", Prose))),
        ("the password is wrong", Some(("wrong", Prose))),
        ("password for the user", None),
        ("password", None),
        ("password\nvalue: x", None),
        ("passwordless login", Some(("login", Prose))),
        ("if password == other {", None),
    ];
    for (text, expected) in cases {
        assert_eq!(value_of(text), *expected, "{text}");
    }
}
