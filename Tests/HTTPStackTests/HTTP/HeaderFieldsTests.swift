import TestSupport
import Testing

@testable import HTTPStack

@Suite struct HeaderFieldsTests {
    @Test func orderCaseAndDuplicatesAreKept() {
        let fields: HeaderFields = ["B": "1", "a": "2", "b": "3"]
        #expect(fields.map(\.name) == ["B", "a", "b"])
        #expect(fields["b"] == "1, 3")
        #expect(fields.list("B") == ["1", "3"])
        #expect(fields["missing"] == nil)
    }

    @Test func settingReplacesAllLinesInThePlaceOfTheFirst() {
        var fields: HeaderFields = ["A": "1", "X": "2", "a": "3"]
        fields["a"] = "4"
        #expect(fields == ["a": "4", "X": "2"])
        fields.set("X", ["5", "6"])
        #expect(fields == ["a": "4", "X": "5", "X": "6"])
        fields["New"] = "7"
        #expect(fields.last == .init(name: "New", value: "7"))
    }

    @Test func nilRemovesAllLines() {
        var fields: HeaderFields = ["A": "1", "a": "2", "b": "3"]
        fields["A"] = nil
        #expect(fields == ["b": "3"])
        #expect(!fields.contains("a"))
    }

    @Test func namesThatDifferInMoreThanCaseAreDifferent() {
        let fields: HeaderFields = ["a{": "1"]
        #expect(fields["A["] == nil)
        #expect(fields["a{"] == "1")
    }
}
