//! A stack as it would be made: the expanded template with parameters and a region.

use std::{process::Command, sync::LazyLock};

use runtime::root;
use serde_json::{Map, Value, json};

/// The template with its transform expanded, as `local/expand.py` prints it.
static EXPANDED: LazyLock<Value> = LazyLock::new(|| {
    let root = root();
    let python = root.join(".venv/build/bin/python");
    let output = Command::new(python).arg(root.join("local/expand.py")).output();
    let output = output.unwrap_or_else(|error| panic!("the tools are not installed (make tools): {error}"));
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
});

/// What is resolved where. A resource's attribute reads `<Name.Attribute>`, its reference `<Name>`.
pub(crate) struct Stack {
    template: Value,
    parameters: Vec<(&'static str, &'static str)>,
    region: Region,
}

/// Where a stack may lie.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Region {
    pub(crate) partition: &'static str,
    pub(crate) name: &'static str,
    pub(crate) suffix: &'static str,
}

pub(crate) const IRELAND: Region = Region { partition: "aws", name: "eu-west-1", suffix: "amazonaws.com" };

impl Stack {
    /// With the parameters' defaults, in Ireland.
    pub(crate) fn new() -> Self {
        Self { template: EXPANDED.clone(), parameters: Vec::new(), region: IRELAND }
    }

    /// With other values of these parameters.
    pub(crate) fn with(self, parameters: &[(&'static str, &'static str)]) -> Self {
        Self { parameters: parameters.to_vec(), ..self }
    }

    /// Elsewhere.
    pub(crate) fn in_region(self, region: Region) -> Self {
        Self { region, ..self }
    }

    /// With the template changed, to see whether a test would notice.
    pub(crate) fn changed(mut self, pointer: &str, change: impl FnOnce(&mut Value)) -> Self {
        change(self.template.pointer_mut(pointer).unwrap_or_else(|| panic!("the template has no {pointer}")));
        self
    }

    /// The resources that are made, by name, with all values resolved.
    pub(crate) fn resources(&self) -> Map<String, Value> {
        let all = self.template["Resources"].as_object().unwrap().iter();
        let made = all.filter(|(_, resource)| resource["Condition"].as_str().is_none_or(|name| self.holds(name)));
        made.map(|(name, resource)| (name.clone(), self.resolve(resource).unwrap())).collect()
    }

    /// The properties of one of them.
    pub(crate) fn properties(&self, name: &str) -> Value {
        let resources = self.resources();
        resources.get(name).unwrap_or_else(|| panic!("there is no {name}"))["Properties"].clone()
    }

    /// The properties of a resource, as the template declares them.
    pub(crate) fn declared(&self, name: &str) -> &Value {
        &self.template["Resources"][name]["Properties"]
    }

    /// A parameter, as the template declares it.
    pub(crate) fn parameter(&self, name: &str) -> &Value {
        &self.template["Parameters"][name]
    }

    /// The outputs, by name.
    pub(crate) fn outputs(&self) -> Value {
        let all = self.template["Outputs"].as_object().unwrap().iter();
        let made = all.filter(|(_, output)| output["Condition"].as_str().is_none_or(|name| self.holds(name)));
        made.map(|(name, output)| (name.clone(), self.resolve(&output["Value"]).unwrap())).collect()
    }

    fn holds(&self, condition: &str) -> bool {
        self.resolve(&self.template["Conditions"][condition]) == Some(json!(true))
    }

    /// The value with all functions applied. `None` is `AWS::NoValue`.
    fn resolve(&self, value: &Value) -> Option<Value> {
        match value {
            Value::Object(members) => {
                let mut pairs = members.iter();
                if let (Some((name, argument)), None) = (pairs.next(), pairs.next())
                    && (name == "Ref" || name.starts_with("Fn::") || (name == "Condition" && argument.is_string()))
                {
                    return self.apply(name, argument);
                }
                let members = members.iter().filter_map(|(name, value)| Some((name.clone(), self.resolve(value)?)));
                Some(Value::Object(members.collect()))
            }
            Value::Array(items) => Some(items.iter().filter_map(|item| self.resolve(item)).collect()),
            _ => Some(value.clone()),
        }
    }

    fn apply(&self, function: &str, argument: &Value) -> Option<Value> {
        let resolved = |index: usize| self.resolve(&argument[index]).unwrap_or_default();
        match function {
            "Ref" => self.reference(argument.as_str().unwrap()),
            "Fn::GetAtt" => Some(json!(format!("<{}.{}>", text(&argument[0]), text(&argument[1])))),
            "Fn::If" => self.resolve(&argument[if self.holds(argument[0].as_str().unwrap()) { 1 } else { 2 }]),
            "Condition" => Some(json!(self.holds(argument.as_str().unwrap()))),
            "Fn::And" => {
                Some(json!(argument.as_array().unwrap().iter().all(|part| self.resolve(part) == Some(json!(true)))))
            }
            "Fn::Or" => {
                Some(json!(argument.as_array().unwrap().iter().any(|part| self.resolve(part) == Some(json!(true)))))
            }
            "Fn::Equals" => Some(json!(text(&resolved(0)) == text(&resolved(1)))),
            "Fn::Not" => Some(json!(resolved(0) == json!(false))),
            "Fn::Join" => Some(json!(
                resolved(1).as_array().unwrap().iter().map(text).collect::<Vec<_>>().join(&text(&argument[0]))
            )),
            "Fn::Split" => Some(text(&resolved(1)).split(&text(&argument[0])).collect()),
            "Fn::Select" => Some(resolved(1)[usize::try_from(argument[0].as_u64().unwrap()).unwrap()].clone()),
            "Fn::FindInMap" => {
                let [map, first, second] = [0, 1, 2].map(|index| text(&resolved(index)));
                let found = &self.template["Mappings"][&map][&first][&second];
                assert!(!found.is_null(), "{map} has no {first} {second}");
                Some(found.clone())
            }
            "Fn::Sub" => Some(json!(self.substituted(argument))),
            _ => panic!("{function} is not known here"),
        }
    }

    /// Source: "Ref" and "Pseudo parameters" in the CloudFormation template reference.
    fn reference(&self, name: &str) -> Option<Value> {
        let declared = &self.template["Parameters"][name];
        let given = self.parameters.iter().find(|(parameter, _)| *parameter == name).map(|(_, value)| json!(value));
        let value = match name {
            "AWS::NoValue" => return None,
            "AWS::Partition" => json!(self.region.partition),
            "AWS::Region" => json!(self.region.name),
            "AWS::URLSuffix" => json!(self.region.suffix),
            "AWS::AccountId" => json!("111122223333"),
            "AWS::StackName" => json!("latchkey"),
            _ if declared.is_null() => json!(format!("<{name}>")),
            _ => given.unwrap_or_else(|| declared["Default"].clone()),
        };
        let is_list = declared["Type"] == "CommaDelimitedList";
        Some(if is_list { value.as_str().unwrap().split(',').collect() } else { value })
    }

    fn substituted(&self, argument: &Value) -> String {
        let (template, variables) =
            if argument.is_array() { (&argument[0], &argument[1]) } else { (argument, &Value::Null) };
        let mut parts = template.as_str().unwrap().split("${");
        let mut out = parts.next().unwrap().to_owned();
        for part in parts {
            let (name, rest) = part.split_once('}').unwrap();
            let value = match (name.strip_prefix('!'), &variables[name], name.split_once('.')) {
                (Some(literal), ..) => format!("${{{literal}}}"),
                (_, variable, _) if !variable.is_null() => text(&self.resolve(variable).unwrap()),
                (_, _, Some(_)) => format!("<{name}>"),
                _ => text(&self.reference(name).unwrap()),
            };
            out += &value;
            out += rest;
        }
        out
    }
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
