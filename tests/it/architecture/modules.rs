//! The modules of the workspace, and which file a path of the code leads to.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use quote::ToTokens as _;
use syn::{Attribute, Item, UseTree, Visibility};

use super::house;

/// The segments of a path, from the name of the crate on.
pub(crate) type ModulePath = Vec<String>;

/// One module: a file, or a part of one.
pub(crate) struct Module {
    /// The file that it is in.
    pub(crate) file: PathBuf,
    /// What its `use` items bring in: name, path as written, and whether it is passed on (`pub use`).
    uses: Vec<Use>,
    /// Every path of two and more segments in its code, tests left out.
    paths: Vec<Vec<String>>,
    /// Every identifier in its code, tests left out.
    pub(crate) identifiers: Vec<String>,
    /// Names of functions that are visible outside the module.
    pub(crate) functions: Vec<String>,
}

struct Use {
    /// `None`: everything (`*`).
    name: Option<String>,
    path: Vec<String>,
    is_public: bool,
}

/// All modules by their path.
pub(crate) struct Modules(BTreeMap<ModulePath, Module>);

impl Modules {
    /// Reads the whole workspace.
    pub(crate) fn read() -> Self {
        let mut modules = Self(BTreeMap::new());
        let mut of_tests: Vec<ModulePath> = vec![];
        for (name, directory) in house::CRATES {
            let directory = house::root().join(directory);
            for (path, text) in house::files_below(&directory) {
                let inside = path.strip_prefix(&directory).unwrap();
                let Some(module) = module_path(name, inside) else { continue };
                let items = syn::parse_file(&text).unwrap().items;
                modules.take(module, &path, items, &mut of_tests);
            }
        }
        modules.0.retain(|path, _| !of_tests.iter().any(|it| path.starts_with(it)));
        modules
    }

    fn take(
        &mut self,
        path: ModulePath,
        file: &Path,
        items: Vec<Item>,
        of_tests: &mut Vec<ModulePath>,
    ) {
        let is_module_of_tests = |item: &Item| match item {
            Item::Mod(item) if is_test(&item.attrs) => Some(child(&path, &item.ident.to_string())),
            _ => None,
        };
        of_tests.extend(items.iter().filter_map(is_module_of_tests));
        let mut module = Module {
            file: file.to_owned(),
            uses: vec![],
            paths: vec![],
            identifiers: vec![],
            functions: vec![],
        };
        for item in items.into_iter().filter(|item| !is_test(attributes(item))) {
            match item {
                Item::Use(item) => {
                    let is_public = !matches!(item.vis, Visibility::Inherited);
                    module.take_use(&item.tree, &mut vec![], is_public);
                }
                Item::Mod(item) => {
                    if let Some((_, items)) = item.content {
                        let inside = [path.as_slice(), &[item.ident.to_string()]].concat();
                        self.take(inside, file, items, of_tests);
                    }
                }
                item => {
                    module.take_functions(&item);
                    module.take_tokens(item.into_token_stream());
                }
            }
        }
        self.0.insert(path, module);
    }

    /// All modules.
    pub(crate) fn all(&self) -> impl Iterator<Item = &Module> {
        self.0.values()
    }

    /// The files that the code of each file uses something of, other than itself. What a module passes
    /// on (`pub use`) counts for those who use it, not for the module.
    pub(crate) fn arrows(&self) -> BTreeMap<&Path, BTreeSet<&Path>> {
        let mut arrows: BTreeMap<&Path, BTreeSet<&Path>> = BTreeMap::new();
        for (path, module) in &self.0 {
            let used = module.uses.iter().filter(|it| !it.is_public).map(|it| &it.path);
            let to = arrows.entry(module.file.as_path()).or_default();
            for used in used.chain(&module.paths) {
                to.extend(self.file_of(path, used).filter(|file| *file != module.file));
            }
        }
        arrows
    }

    /// The file with the item that a path in a module leads to; `None` for a module and for what is not
    /// of this workspace.
    fn file_of(&self, module: &ModulePath, path: &[String]) -> Option<&Path> {
        self.item(&self.absolute(module, path)?, 0)
    }

    fn absolute(&self, module: &ModulePath, path: &[String]) -> Option<ModulePath> {
        let (first, rest) = path.split_first()?;
        let mut at = match first.as_str() {
            "crate" => module[..1].to_vec(),
            "self" => module.clone(),
            "super" => module[..module.len() - 1].to_vec(),
            name if house::CRATES.iter().any(|(it, _)| *it == name) => vec![name.to_owned()],
            name if self.0.contains_key(&child(module, name)) => child(module, name),
            name => {
                // A path that begins with its own name is one of a crate from elsewhere.
                let brings = |it: &&Use| it.name.as_deref() == Some(name) && it.path[0] != *name;
                let used = self.0[module].uses.iter().find(brings)?;
                self.absolute(module, &used.path)?
            }
        };
        for segment in rest {
            match segment.as_str() {
                "super" => drop(at.pop()),
                segment => at.push(segment.to_owned()),
            }
        }
        Some(at)
    }

    /// Follows what modules pass on until the file that has the item.
    fn item(&self, path: &[String], depth: usize) -> Option<&Path> {
        let known = (1..=path.len()).rev().find(|end| self.0.contains_key(&path[..*end]))?;
        let (module_path, rest) = path.split_at(known);
        let module = &self.0[module_path];
        // A path to a module is no use of anything in it yet.
        let name = rest.first()?;
        if depth > 8 {
            return None;
        }
        let module_path = module_path.to_vec();
        for used in &module.uses {
            let of_all = used.name.is_none();
            if !of_all && used.name.as_ref() != Some(name) {
                continue;
            }
            let Some(mut target) = self.absolute(&module_path, &used.path) else { continue };
            target.extend(rest[usize::from(!of_all)..].iter().cloned());
            let found = self.item(&target, depth + 1);
            if found.is_some() && (!of_all || self.defines(&target)) {
                return found;
            }
        }
        Some(&module.file)
    }

    /// Whether the module before the last segment has something of that name.
    fn defines(&self, path: &[String]) -> bool {
        let (name, module) = path.split_last().unwrap();
        self.0.get(module).is_some_and(|it| it.identifiers.contains(name))
    }
}

impl Module {
    fn take_use(&mut self, tree: &UseTree, before: &mut Vec<String>, is_public: bool) {
        let mut take = |name: Option<String>, path: Vec<String>| {
            self.uses.push(Use { name, path, is_public });
        };
        match tree {
            UseTree::Path(path) => {
                before.push(path.ident.to_string());
                self.take_use(&path.tree, before, is_public);
                before.pop();
            }
            UseTree::Group(group) => {
                for tree in &group.items {
                    self.take_use(tree, before, is_public);
                }
            }
            UseTree::Glob(_) => take(None, before.clone()),
            UseTree::Name(name) if name.ident == "self" => {
                take(before.last().cloned(), before.clone());
            }
            UseTree::Name(name) => {
                let name = name.ident.to_string();
                take(Some(name.clone()), child(before, &name));
            }
            UseTree::Rename(rename) => {
                take(Some(rename.rename.to_string()), child(before, &rename.ident.to_string()));
            }
        }
    }

    fn take_functions(&mut self, item: &Item) {
        match item {
            Item::Fn(item) if !matches!(item.vis, Visibility::Inherited) => {
                self.functions.push(item.sig.ident.to_string());
            }
            Item::Impl(item) if item.trait_.is_none() => {
                for part in &item.items {
                    if let syn::ImplItem::Fn(function) = part
                        && !matches!(function.vis, Visibility::Inherited)
                        && !is_test(&function.attrs)
                    {
                        self.functions.push(function.sig.ident.to_string());
                    }
                }
            }
            _ => {}
        }
    }

    fn take_tokens(&mut self, tokens: TokenStream) {
        let mut path: Vec<String> = vec![];
        let mut colons = 0;
        let mut end = |path: &mut Vec<String>| {
            if path.len() > 1 {
                self.paths.push(std::mem::take(path));
            }
            path.clear();
        };
        let mut inside = vec![];
        for token in tokens {
            match token {
                TokenTree::Ident(name) => {
                    if colons != 2 {
                        end(&mut path);
                    }
                    self.identifiers.push(name.to_string());
                    path.push(name.to_string());
                    colons = 0;
                }
                TokenTree::Punct(mark) if mark.as_char() == ':' => colons += 1,
                TokenTree::Group(group) => {
                    end(&mut path);
                    colons = 0;
                    if group.delimiter() != Delimiter::None || !group.stream().is_empty() {
                        inside.push(group.stream());
                    }
                }
                _ => {
                    end(&mut path);
                    colons = 0;
                }
            }
        }
        end(&mut path);
        for stream in inside {
            self.take_tokens(stream);
        }
    }
}

/// The path of the module that a file is; `None` for one that is only compiled for tests.
fn module_path(name: &str, inside: &Path) -> Option<ModulePath> {
    let mut path = vec![name.to_owned()];
    path.extend(
        inside.iter().map(|part| part.to_str().unwrap().trim_end_matches(".rs").to_owned()),
    );
    let last = path.last().unwrap();
    if last == "tests" {
        return None;
    }
    if last == "mod" || last == "lib" {
        path.pop();
    }
    Some(path)
}

fn child(module: &[String], name: &str) -> ModulePath {
    [module, &[name.to_owned()]].concat()
}

fn is_test(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        attribute.path().is_ident("cfg") && attribute.to_token_stream().to_string().contains("test")
    })
}

fn attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Macro(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Static(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Trait(item) => &item.attrs,
        Item::Type(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => &[],
    }
}
