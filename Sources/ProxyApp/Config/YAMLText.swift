/// Text as a YAML scalar that reads back as the same text, alone and inside brackets.
enum YAMLText {
    /// Plain where nothing in `text` could be taken for syntax, else in single quotes.
    static func write(_ text: String) -> String {
        let isPlain = text.unicodeScalars.allSatisfy { scalar in
            scalar.isASCII
                && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil
                    || "/._:-".unicodeScalars.contains(scalar))
        }
        if isPlain, text.last != ":", text.lowercased() != "null", let first = text.first,
            first.isLetter || first == "/"
        {
            return text
        }
        return "'\(text.replacing("'", with: "''"))'"
    }
}
