//! Tables of ways to write an assignment.

use super::{Style, further, read};

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
        ("password = s3cr3t!x", Some(("s3cr3t!x", Prose))),
        ("x(a)\npassword = s3cr3t!x\ny(b)", Some(("s3cr3t!x", Code))),
        ("hosts = 10.0.0.1\npassword = s3cr3t!x\n", Some(("s3cr3t!x", Line))),
        ("user=bob\npassword = s3cr3t!x\n# the end\n", Some(("s3cr3t!x", Line))),
        ("x=${PASSWORD:-s3cr3t!x}", Some(("s3cr3t!x", Line))),
        ("x=${PASSWORD:+s3cr3t!x}", None),
        ("etc/pam.d/common-password 9f86d081884c7d65", None),
        ("registry.example.com/password:2.2.3-92da2f5a06", None),
        (r#"{"/prod/db/password":"s3cr3t!x"}"#, Some(("s3cr3t!x", Quoted))),
        (" /etc/common-password 9f86d081884c7d65", None),
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
        ("| `DB_PASSWORD` | `s3cr3t!x` |", Some(("s3cr3t!x", Quoted))),
        (r#"buildConfigField("String", "DB_PASSWORD", "\"s3cr3t!x\"")"#, Some(("s3cr3t!x", Listed))),
        (r#"gh secret set DB_PASSWORD --body "s3cr3t!x""#, Some(("s3cr3t!x", Quoted))),
        ("gh secret set DB_PASSWORD -b s3cr3t!x", Some(("s3cr3t!x", Line))),
        ("  password: !secret wifi_pw\n", None),
        ("  Password: !Ref DatabasePassword\n", None),
        ("  password: !!str s3cr3t!x\n", Some(("s3cr3t!x", Line))),
        ("  password: !s3cr3t\n", Some(("!s3cr3t", Line))),
        ("DB_PASSWORD=fry&leela\n", Some(("fry&leela", Line))),
        ("user=bob&password=s3cr3t!x&next=1", Some(("s3cr3t!x", Line))),
        ("PASSWORD=s3cr3t!x&& make\n", Some(("s3cr3t!x", Line))),
        ("- name: DB_PASSWORD\n  value: s3cr3t!x\n", Some(("s3cr3t!x", Line))),
        ("- name: DB_PASSWORD\n  value: \"s3cr3t!x\"\n", Some(("s3cr3t!x", Quoted))),
        ("- name: DB_PASSWORD\n  valueFrom:\n    secretKeyRef: {}\n", None),
        ("- name: DB_PASSWORD\n- name: value\n  value: x\n", None),
        (r#"{"name": "password", "type": "plain", "value": "s3cr3t!x"}"#, Some(("s3cr3t!x", Quoted))),
        ("<key>password</key>\n<string>s3cr3t!x</string>", Some(("s3cr3t!x", Quoted))),
        ("<name>db.password</name>\n  <value>s3cr3t!x</value>", Some(("s3cr3t!x", Quoted))),
        ("<param-name>db.password</param-name>\n  <param-value>s3cr3t!x</param-value>", Some(("s3cr3t!x", Quoted))),
        (r#"<Key>Password</Key><Value ProtectInMemory="True">s3cr3t!x</Value>"#, Some(("s3cr3t!x", Quoted))),
        (r#"<p name="A.name">password</p><p name="A.value">s3cr3t!x</p>"#, Some(("s3cr3t!x", Quoted))),
        (r#"<p name="A.name">password</p><p name="A.type">s3cr3t!x</p>"#, None),
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
        ("the password has been set to s3cr3t!x", Some(("s3cr3t!x", Prose))),
        ("Password for bob: s3cr3t!x", Some(("s3cr3t!x", Prose))),
        ("Password (for bob): s3cr3t!x", Some(("s3cr3t!x", Prose))),
        ("Das Password lautet s3cr3t!x", Some(("s3cr3t!x", Prose))),
        ("- **Password**: s3cr3t!x", Some(("s3cr3t!x", Line))),
        ("**Password:** s3cr3t!x", Some(("s3cr3t!x", Line))),
        ("| Password | s3cr3t!x |", Some(("s3cr3t!x", Prose))),
        ("Log in as `bob` with the password `s3cr3t!x`.", Some(("s3cr3t!x", Prose))),
        ("root password s3cr3t!x", Some(("s3cr3t!x", Prose))),
        ("username bob privilege 15 password 0 s3cr3t!x", Some(("s3cr3t!x", Prose))),
        ("they ask for the password of everyone at once and get s3cr3t!x", None),
        (r#"strcmp(password, "s3cr3t!x")"#, Some(("s3cr3t!x", Quoted))),
        (r#""s3cr3t!x".equals(password)"#, Some(("s3cr3t!x", Quoted))),
        (r#"if "s3cr3t!x" == password {"#, Some(("s3cr3t!x", Quoted))),
        (r#"{password, "s3cr3t!x"},"#, Some(("s3cr3t!x", Quoted))),
        (r#"{password, <<"s3cr3t!x">>},"#, Some(("s3cr3t!x", Quoted))),
        (r#"$c{password} = "s3cr3t!x";"#, Some(("s3cr3t!x", Quoted))),
        (r#"(:password . "s3cr3t!x")"#, Some(("s3cr3t!x", Quoted))),
        (r#"public string Password { get; set; } = "s3cr3t!x";"#, Some(("s3cr3t!x", Quoted))),
        (r#"By.id("password")).sendKeys("s3cr3t!x")"#, Some(("s3cr3t!x", Quoted))),
        ("get('[name=password]').type('s3cr3t!x')", Some(("s3cr3t!x", Quoted))),
        (r#"add_argument("--password", help="x", default="s3cr3t!x")"#, Some(("s3cr3t!x", Quoted))),
        ("UPDATE u SET password = MD5('s3cr3t!x')", Some(("s3cr3t!x", Quoted))),
        ("PASSWORD=${1:-s3cr3t!x}\n", Some(("s3cr3t!x", Line))),
        (r#"<setting name="Password" as="String"><value>s3cr3t!x</value>"#, Some(("s3cr3t!x", Quoted))),
        ("COPY u (id, password) FROM stdin;\n1\ts3cr3t!x\n", Some(("s3cr3t!x", Prose))),
        ("id,name,password\n1,bob,s3cr3t!x\n", Some(("s3cr3t!x", Prose))),
        ("pass,\npassword,\nother,\n", None),
        (
            "CREATE TABLE `u` (\n  `id` int,\n  `password` varchar(9),\n);\nINSERT INTO `u` VALUES (1,'s3cr3t!x');",
            Some(("s3cr3t!x", Quoted)),
        ),
        ("CREATE TABLE `u` (\n  `password` text\n);\nINSERT INTO `v` VALUES ('s3cr3t!x');", None),
        ("passwordless login", Some(("login", Prose))),
        ("if password == other {", None),
    ];
    for (text, expected) in cases {
        assert_eq!(value_of(text), *expected, "{text}");
    }
}

#[test]
fn further_values_stand_in_the_rows_below_and_in_the_rest_of_a_list() {
    let cases: &[(&str, &[&str])] = &[
        ("INSERT INTO u (id, password) VALUES (1, 'a1'), (2, 'b2'),\n(3, 'c3');", &["b2", "c3"]),
        ("INSERT INTO u (id, password) VALUES (1, 'a1'); SELECT ('x');", &[]),
        ("COPY u (id, password) FROM stdin;\n1\ta1\n2\tb2\n\\.\n", &["b2"]),
        ("id,password,mail\n1,a1,x\n2,\"b2\",y\n", &["b2"]),
        (r#"passwords = ["a1", "b2", 'c3']"#, &["b2", "c3"]),
        (r#"password = ["a1", "b2"]"#, &[]),
        (r#"f(passwords="a1", other="b2")"#, &[]),
    ];
    for (text, expected) in cases {
        let at = text.find("password").expect("the name");
        let assigned = read(text.as_bytes(), at..at + 8).expect("an assignment");
        let values: Vec<_> = further(text.as_bytes(), &assigned).map(|value| &text[value]).collect();
        assert_eq!(values, *expected, "{text}");
    }
}

#[test]
fn what_a_keyword_holds_of_its_surroundings_is_no_part_of_the_name() {
    for (text, keyword) in
        [("root_pw: s3cr3t!x", "pw: "), ("the pw is s3cr3t!x", " pw "), (r#"{"pw": "s3cr3t!x"}"#, "\"pw\"")]
    {
        let at = text.find(keyword).expect("the keyword");
        let assigned = read(text.as_bytes(), at..at + keyword.len()).expect("an assignment");
        assert!(text[assigned.name].ends_with("pw"), "{text}");
        assert_eq!(&text[assigned.value], "s3cr3t!x", "{text}");
    }
}
